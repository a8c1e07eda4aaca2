"""Kestrel Laptops: units, places, people under pseudonyms. All invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .truths import SMALL_UNIT

NAME: Final = "Kestrel Laptops"
PLACES: Final = ("Northgate", "Harbour", "Millbrook", "Eastfield")
SHOPPERS: Final = tuple(f"Shopper {number}" for number in range(1, 13))


@dataclass(frozen=True)
class StaffUnit:
    """A unit, its head count and the stages its people know from their own day."""

    name: str
    people: int
    stages: tuple[str, ...]


@dataclass(frozen=True)
class Interviewee:
    """A role-holder under a pseudonym, with the hats they wear."""

    pseudonym: str
    role: str
    owned: tuple[str, ...]
    supplied: tuple[str, ...]
    received: tuple[str, ...]


@dataclass(frozen=True)
class Role:
    """A shadowed role, where it sits and which stages it touches."""

    name: str
    site: str
    stages: tuple[str, ...]


UNITS: Final = (
    StaffUnit("Service desk and returns", 52, ("S7", "S8")),
    StaffUnit("Warehouse and dispatch", 48, ("S5", "S6", "S7")),
    StaffUnit("Inside sales", 38, ("S1", "S2", "S3", "S4")),
    StaffUnit("Field sales", 26, ("S1", "S2", "S3")),
    StaffUnit("Purchasing and stock", 21, ("S4", "S5")),
    StaffUnit("Marketing", 18, ("S1", "S2")),
    StaffUnit("Quoting and pricing", 17, ("S3", "S4")),
    StaffUnit("Invoicing and credit", 16, ("S6", "S7", "S8")),
    StaffUnit(SMALL_UNIT, 4, ("S3", "S4", "S5")),
)

INTERVIEWEES: Final = (
    Interviewee("Juniper", "Head of inside sales", ("S1", "S2"), ("S3",), ()),
    Interviewee("Rowan", "Field sales lead", ("S1", "S2", "S3"), ("S4",), ()),
    Interviewee("Hazel", "Web and marketing lead", ("S1",), ("S2",), ()),
    Interviewee("Alder", "Quoting lead", ("S3",), ("S4",), ("S2",)),
    Interviewee("Maple", "Pricing manager", ("S3",), ("S4",), ("S2",)),
    Interviewee("Linden", "Order desk lead", ("S4",), ("S5",), ("S3",)),
    Interviewee("Aspen", "Order desk deputy", ("S4",), ("S5",), ("S3",)),
    Interviewee("Cedar", "Purchasing lead", ("S4", "S5"), ("S6",), ("S4",)),
    Interviewee("Willow", "Stock controller", ("S5",), ("S6",), ("S4",)),
    Interviewee("Birch", "Warehouse manager", ("S5", "S6"), ("S7",), ("S5",)),
    Interviewee("Larch", "Dispatch lead", ("S6",), ("S7",), ("S5",)),
    Interviewee("Olive", "Invoicing lead", ("S7",), ("S8",), ("S6",)),
    Interviewee("Poplar", "Finance manager", ("S7", "S8"), (), ("S6",)),
    Interviewee("Sorrel", "Service desk lead", ("S8",), (), ("S7",)),
)

ROLES: Final = (
    Role("Inside sales agent", "Northgate", ("S1", "S2")),
    Role("Quote writer", "Millbrook", ("S3",)),
    Role("Order desk clerk", "Northgate", ("S4",)),
    Role("Buyer", "Eastfield", ("S4", "S5")),
    Role("Dispatcher", "Harbour", ("S6", "S7")),
    Role("Service desk agent", "Harbour", ("S7", "S8")),
)
