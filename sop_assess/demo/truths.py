"""What is true at Kestrel Laptops. Everything else that the simulator does means nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Truth:
    """One planted fact: where it must show, and as what."""

    key: str
    sentence: str
    subject: str | None = None
    topic: str | None = None
    polarity: str | None = None


TRUTHS: Final = (
    Truth(
        "web_leads",
        "Leads from the web form wait a median of two weeks before a salesperson’s queue gets"
        " them; leads from other sources do not.",
        "S1",
        "response_time",
        "fails",
    ),
    Truth(
        "stock_list",
        "Back orders are promised from a stale stock list.",
        "S4",
        "capacity",
        "fails",
    ),
    Truth(
        "harbour_invoices",
        "Invoices differ from quotes at Harbour, and only there.",
        "S7",
        "accuracy",
        "fails",
    ),
    Truth("returns", "Returns are handled well and must be kept.", "S8", "exceptions", "works"),
    Truth(
        "handoffs",
        "Managers say that the hand-offs work, staff say that they do not.",
        "S4>S5",
        "handoff",
        "disputed",
    ),
    Truth("harsh_shopper", "One shopper is far harsher than the others."),
    Truth("small_unit", "One unit is too small to be shown."),
)
ALL: Final = frozenset(truth.key for truth in TRUTHS)

# Small differences between units and places that mean nothing; none may rank above a truth.
NUISANCES: Final = (
    ("S2", "information"),
    ("S3", "approval"),
    ("S3", "accuracy"),
    ("S4", "exceptions"),
    ("S5", "capacity"),
    ("S6", "promise"),
    ("S8", "promise"),
)
DISPUTED_HANDOFFS: Final = ("S1>S2", "S3>S4", "S4>S5", "S5>S6", "S7>S8")
HARSH_SHOPPER: Final = "Shopper 7"
HARBOUR: Final = "Harbour"
SMALL_UNIT: Final = "Management office"
