"""One free text with what is known beside it, as every method and import hands it over."""

from __future__ import annotations

from typing import NamedTuple


class Comment(NamedTuple):
    """One free text ready for analysis. `who` is a pseudonym, `place` a location or a role and
    `number` the form that it stands in: from named methods only."""

    text: str
    item: str
    stage: str | None
    severity: int | None
    role: str | None
    mark: str | None = None
    who: str | None = None
    may_quote: bool = True
    place: str | None = None
    number: int | None = None
