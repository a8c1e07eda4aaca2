"""A kind of instrument is a frozen value, not a class tree. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..errors import RegistryError


@dataclass(frozen=True)
class Kind:
    """Who fills in, what is described, and which evidence it may carry; two separate axes."""

    key: str
    name: str
    method: str
    filled_in_by: str
    describes: Literal["own unit", "pseudonym", "place"]
    access: Literal["ballot", "task", "link"]
    reading: str
    usual_error: str
    only_it_shows: str
    one: str
    many: str
    evidence: frozenset[str] = frozenset()

    @property
    def anonymous(self) -> bool:
        """Whether answers arrive as ballots, apart from any person."""
        return self.access == "ballot"

    def __post_init__(self) -> None:
        if self.anonymous and self.evidence:
            raise RegistryError(f"{self.key}: anonymous answers carry no files or clocks.")
        if self.anonymous and self.describes != "own unit":
            raise RegistryError(f"{self.key}: anonymous answers describe the own unit only.")
