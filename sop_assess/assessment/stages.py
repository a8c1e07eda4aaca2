"""The eight stages as they are before a company renames them, and their hand-offs. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ..instruments.definition import STAGE_CODES

DEFAULT_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "S1": {"en": "Lead capture", "de": "Anfragen aufnehmen"},
    "S2": {"en": "Qualification", "de": "Bedarf klären"},
    "S3": {"en": "Quote", "de": "Angebot"},
    "S4": {"en": "Order", "de": "Auftrag"},
    "S5": {"en": "Production and procurement", "de": "Fertigung und Beschaffung"},
    "S6": {"en": "Shipping", "de": "Versand"},
    "S7": {"en": "Invoicing", "de": "Rechnung"},
    "S8": {"en": "After-sales", "de": "Kundendienst"},
}
BEGINS_AND_ENDS: Final[Mapping[str, Mapping[str, str]]] = {
    "S1": {"en": "From the first contact until somebody has answered it.",
           "de": "Vom ersten Kontakt bis zur ersten Antwort."},
    "S2": {"en": "Until it is clear what is needed and whether it fits.",
           "de": "Bis klar ist, was gebraucht wird und ob es passt."},
    "S3": {"en": "From the request for a price until the customer decides.",
           "de": "Von der Preisanfrage bis zur Entscheidung des Kunden."},
    "S4": {"en": "From the customer’s yes until the order is confirmed.",
           "de": "Von der Zusage bis zur Auftragsbestätigung."},
    "S5": {"en": "From the confirmed order until the goods are there or the work is ready.",
           "de": "Vom bestätigten Auftrag, bis die Ware da oder die Arbeit bereit ist."},
    "S6": {"en": "From picking until the customer has it.",
           "de": "Vom Zusammenstellen, bis der Kunde es hat."},
    "S7": {"en": "From delivery until the money has arrived.",
           "de": "Von der Lieferung bis zum Zahlungseingang."},
    "S8": {"en": "Questions, faults, returns and complaints.",
           "de": "Fragen, Fehler, Rückgaben und Beschwerden."},
}  # fmt: skip


@dataclass(frozen=True)
class StageChange:
    """How a stage is to be called, or why it is left out."""

    code: str
    name: Mapping[str, str]
    skipped: bool = False
    reason: str = ""


def handoffs(skipped: Collection[str] = ()) -> tuple[tuple[str, str], ...]:
    """Giver and receiver of every joint between two neighbouring stages that both stay.

    >>> handoffs({"S5"})[3:]
    (('S6', 'S7'), ('S7', 'S8'))
    """
    pairs = pairwise(STAGE_CODES)
    return tuple(pair for pair in pairs if not set(pair) & set(skipped))
