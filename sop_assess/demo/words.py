"""What people at Kestrel write. Parts are put together, so that no two comments are the same."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .world import World


@dataclass(frozen=True)
class Voice:
    """What people say about one thing: who it happened to, what, and what followed."""

    stage: str
    severity: tuple[int, ...]
    openings: Sequence[str]
    cores: Sequence[str]
    ends: Sequence[str]

    def say(self, dice: random.Random) -> str:
        """One comment."""
        return " ".join(
            part for part in (dice.choice(self.openings), dice.choice(self.cores),
                              dice.choice(self.ends)) if part
        )  # fmt: skip


PROBLEMS: Final[Mapping[str, Voice]] = {
    "web_leads": Voice(
        "S1",
        (3, 4, 4),
        ("Last month", "Again", "", "On Monday", "In spring"),
        (
            "enquiries from the web form sat for two weeks before sales got them.",
            "a web form enquiry only reached our queue after fourteen days.",
            "leads from the web form wait so long that the customer has bought elsewhere.",
            "nobody in sales sees the web form enquiries until the weekly export comes.",
        ),
        ("The customer had gone.", "Phone enquiries are answered at once.", "", "We lose orders."),
    ),
    "stock_list": Voice(
        "S4",
        (2, 3, 3, 4),
        ("", "Customer wanted 40 units.", "Every week", "At the order desk"),
        (
            "the stock list shows units that left the warehouse days ago.",
            "the stock list is from the night before, so back orders get dates we cannot keep.",
            "I promised a date from the stock list and the shelf was empty.",
            "back orders are promised from an old stock list.",
        ),
        ("Then we ring and say sorry.", "", "The date slipped twice.", "Warehouse knew."),
    ),
    "harbour_invoices": Voice(
        "S7",
        (2, 3, 4),
        ("", "At Harbour", "For Harbour customers", "Twice this week"),
        (
            "the invoice had another price than the quote.",
            "invoices from Harbour do not match the quote and come back.",
            "the Harbour invoice leaves out the discount that was quoted.",
            "customers call because invoice and quote differ.",
        ),
        ("We write a credit note by hand.", "", "The dispute takes weeks.", "Only Harbour."),
    ),
    "handoffs": Voice(
        "S4",
        (2, 2, 3),
        ("", "Half the time", "When an order is passed on", "From my desk"),
        (
            "orders reach us without a delivery address and I ring around for it.",
            "the form arrives with empty fields and goes back to the desk before us.",
            "nobody tells the next team what was agreed with the customer.",
            "we get the order but not the configuration, so it bounces.",
        ),
        ("That costs a morning.", "", "Then it waits.", "Managers think it works."),
    ),
}
BACKGROUND: Final = (
    Voice("S3", (1, 2), ("", "Often", "In busy weeks"),
          ("the discount approval waits for somebody who travels.",
           "approvals for a discount take two days.",
           "nobody covers approvals during holidays."), ("", "The customer asks.")),
    Voice("S6", (1, 2), ("", "Some days", "After lunch"),
          ("the label printer in dispatch jams.", "we run out of carton sizes in dispatch.",
           "the carrier comes earlier than agreed."), ("", "Then we repack.")),
    Voice("S2", (1,), ("", "Sometimes", "With new colleagues"),
          ("the call notes are in three different systems.",
           "the customer file opens slowly while I am on the phone.",
           "we ask customers the same thing twice."), ("", "It looks odd.")),
    Voice("S5", (1, 2), ("", "At month end", "With small suppliers"),
          ("supplier dates arrive by mail and nobody enters them.",
           "a supplier confirms late and we wait.",
           "rush orders push the planned ones back."), ("", "Planning changes daily.")),
)  # fmt: skip
NOTHING: Final = ("Nothing.", "n/a", "no")

KEEPS: Final[Mapping[str, Voice]] = {
    "returns": Voice(
        "S8",
        (1,),
        ("", "What works:", "Honestly,"),
        (
            "returns are settled on the day we promise.",
            "the returns desk takes faulty laptops back without blame.",
            "a return gets a case number and one person who stays with it.",
            "customers thank us for how returns are handled.",
        ),
        ("", "Do not change that.", "They call back when they say so.", "Best team here."),
    ),
}
KEEP_BACKGROUND: Final = (
    Voice("S1", (1,), ("", "Good:"),
          ("who rings gets a person at once.", "the phone is answered within a minute.",
           "colleagues on the phone know the products."), ("", "Customers notice.")),
    Voice("S6", (1,), ("", "I like that"),
          ("packing is careful and hardly anything breaks.",
           "the right goods are in the box.", "dispatch double checks serial numbers."), ("",)),
    Voice("S3", (1,), ("", "Keep"),
          ("the quote template for schools.", "the quote template saves an hour.",
           "the price list for schools is clear."), ("",)),
)  # fmt: skip


def problem(world: World, dice: random.Random, stages: Sequence[str]) -> tuple[str, Voice | None]:
    """A complaint of somebody who knows these stages, and what it is about."""
    if dice.random() < 0.04:
        return dice.choice(NOTHING), None
    known = [v for key, v in PROBLEMS.items() if key in world.holds and _near(v, stages)]
    if known and dice.random() < 0.75:
        voice = dice.choice(known)
    else:
        voice = dice.choice([v for v in BACKGROUND if _near(v, stages)] or BACKGROUND)
    return capital(voice.say(dice)), voice


def keep(world: World, dice: random.Random) -> tuple[str, Voice]:
    """What somebody wants to keep."""
    loved = [voice for key, voice in KEEPS.items() if key in world.holds]
    voice = dice.choice(loved) if loved and dice.random() < 0.5 else dice.choice(KEEP_BACKGROUND)
    return capital(voice.say(dice)), voice


def _near(voice: Voice, stages: Sequence[str]) -> bool:
    number = int(voice.stage[1:])
    return any(abs(int(stage[1:]) - number) <= 1 for stage in stages)


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[0].upper() + text[1:]
