"""Which sources stand beside a source: those of its assessment, and its own of the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..assessment.models import Assessment
from ..instruments.models import Round
from ..release.models import ReleasedCell
from ..release.queries import ReleaseView, current_in


@dataclass(frozen=True)
class Neighbours:
    """The releases with themes of an assessment, by source, and those of the assessment before.

    `before` : for a source, the source of the earlier assessment that asked in the same way.
    """

    here: Mapping[str, ReleaseView]
    then: Mapping[str, ReleaseView]
    before: Mapping[str, str]
    assessment_id: int | None = None
    assessment: str = ""

    @property
    def releases(self) -> dict[int, str]:
        """The source of every release, by its id."""
        return {one.id: source for side in (self.here, self.then) for source, one in side.items()}

    def others(self, source: str) -> tuple[str, ...]:
        """Where the same themes may be found: before, then beside."""
        beside = tuple(other for other in self.here if other != source)
        return (self.before[source], *beside) if source in self.before else beside


def neighbours_in(session: Session, assessment_id: int) -> Neighbours:
    """The sources of an assessment with the newest earlier assessment that has released themes.

    Rehearsals never count. A source is compared with one of the same method: of the same name, or
    where it asked people rather than read a file, with the last one.
    """
    here = _with_themes(session, assessment_id)
    query = (
        select(Assessment)
        .where(Assessment.id < assessment_id)
        .order_by(Assessment.created_at.desc(), Assessment.id.desc())
    )
    for earlier in session.scalars(query):
        then = _with_themes(session, earlier.id)
        if then:
            names = _names(session, [*here.values(), *then.values()])
            before = {source: same for source, one in here.items()
                      if (same := _same(one, list(then.values()), names))}  # fmt: skip
            return Neighbours(here, then, before, earlier.id, earlier.name)
    return Neighbours(here, {}, {})


def _with_themes(session: Session, assessment_id: int) -> dict[str, ReleaseView]:
    releases = current_in(session, assessment_id)
    query = (
        select(ReleasedCell.release_id)
        .where(ReleasedCell.release_id.in_([one.id for one in releases]),
               ReleasedCell.statistic == "theme")
        .distinct()
    )  # fmt: skip
    having = set(session.scalars(query))
    return {one.source: one for one in releases if one.id in having}


def _same(one: ReleaseView, then: Sequence[ReleaseView], names: Mapping[str, str]) -> str | None:
    alike = [other for other in then if other.method == one.method]
    named = [other for other in alike if names[other.source] == names[one.source]]
    if not named and not one.source.startswith("round:"):
        return None
    found = max(named or alike, key=lambda other: (other.released_at, other.id), default=None)
    return found.source if found else None


def _names(session: Session, releases: Sequence[ReleaseView]) -> dict[str, str]:
    """What every source is called, for telling which are the same."""
    numbers = [int(one.source.partition(":")[2]) for one in releases
               if one.source.startswith("round:")]  # fmt: skip
    query = select(Round.id, Round.name).where(Round.id.in_(numbers))
    rounds = {f"round:{number}": name for number, name in session.execute(query)}
    return {one.source: rounds.get(one.source) or str(one.summary.get("source") or "")
            for one in releases}  # fmt: skip
