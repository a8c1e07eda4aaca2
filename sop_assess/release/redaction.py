"""Two people read every comment of an anonymous round before it can be quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ..accounts.audit import audit
from ..accounts.models import User
from ..analysis.results import Cell
from ..assessment.models import Assessment
from ..db import Stores
from ..errors import ConflictError, InvalidError, NotFoundError
from ..instruments.identity import is_anonymous, names_only
from ..instruments.models import Round
from .blackening import Word, with_hidden
from .models import Redaction, Release, ReleasedCell

UNDECIDED: Final = ("waiting", "proposed")
REASONS: Final = ("author", "person", "nothing")


@dataclass(frozen=True)
class Quote:
    """A comment that is not decided yet. `proposed` is empty until a first person approved it."""

    key: str
    about: str
    stage: str | None
    original: str
    proposed: str
    first_id: int | None
    first_name: str

    @property
    def parts(self) -> tuple[list[Word], str]:
        """Its words as they are proposed, and what follows the last one."""
        found = with_hidden(self.original, self.proposed or self.original)
        if found is None:
            raise InvalidError("A comment was changed by more than blackening its words.")
        return found


def hold_back(found: Round, cells: Sequence[Cell]) -> tuple[list[Cell], list[Cell]]:
    """The cells that may be released now, and the quotes that wait for two readers.

    Where the round promised names and counts only, its quotes are in neither.
    """
    if not is_anonymous(found.label):
        return list(cells), []
    quotes = [cell for cell in cells if cell.statistic == "quote"]
    others = [cell for cell in cells if cell.statistic != "quote"]
    return others, [] if names_only(found.label, found.policy) else quotes


def undecided(stores: Stores, assessment_id: int, round_id: int) -> list[Quote]:
    """The comments of a round that somebody must still read, by theme, else in random order."""
    query = _of_round(assessment_id, round_id).where(Redaction.state.in_(UNDECIDED))
    with stores.core.reading() as session:
        rows = session.execute(query.order_by(Redaction.about, Redaction.key)).all()
        return [_view(row, name) for row, name in rows]


def find_quote(stores: Stores, assessment_id: int, round_id: int, key: str) -> Quote:
    """An undecided comment of a round."""
    with stores.core.reading() as session:
        row, name = _row(session, _of_round(assessment_id, round_id), key)
        return _view(row, name)


def approve(
    stores: Stores,
    assessment_id: int,
    round_id: int,
    key: str,
    text: str,
    *,
    by: int,
    now: datetime,
) -> Literal["proposed", "shown"]:
    """Approve a comment with these words; the second person with the same words publishes it."""
    with stores.core.writing() as session:
        row = _undecided(session, assessment_id, round_id, key)
        words = _allowed(row.original, text)
        _take(row, text, by)
        if row.state == "shown":
            _publish(session, row, text)
        detail = {"round": round_id, "quote": key, "state": row.state,
                  "blackened": sum(word.hidden for word in words)}  # fmt: skip
        audit(session, by, "comment.approved", detail, now)
        return "shown" if row.state == "shown" else "proposed"


def leave_out(
    stores: Stores,
    assessment_id: int,
    round_id: int,
    key: str,
    reason: str,
    *,
    by: int,
    now: datetime,
) -> None:
    """Decide that a comment is never quoted; one person is enough to protect somebody."""
    if reason not in REASONS:
        raise InvalidError("Choose why this comment is left out.")
    with stores.core.writing() as session:
        row = _undecided(session, assessment_id, round_id, key)
        row.state, row.reason = "dropped", reason
        _forget_text(row)
        detail = {"round": round_id, "quote": key, "reason": reason}
        audit(session, by, "comment.left_out", detail, now)


def _take(row: Redaction, text: str, by: int) -> None:
    """First approval, second approval of the same words, or other words, which need both again."""
    if row.state == "proposed" and row.proposed == text:
        if row.first_id == by:
            raise ConflictError("You approved this comment already. Now a second person reads "
                                "it.")  # fmt: skip
        row.state, row.second_id = "shown", by
    else:
        row.state, row.proposed, row.first_id = "proposed", text, by


def _allowed(original: str, text: str) -> list[Word]:
    found = with_hidden(original, text)
    if found is None:
        raise InvalidError("Words can be blackened and nothing else. Load the page again.")
    if all(word.hidden for word in found[0]):
        raise InvalidError("Every word is blackened. Leave the comment out instead.")
    return found[0]


def _publish(session: Session, row: Redaction, text: str) -> None:
    """The quote becomes a figure of the same edition."""
    cell = {**row.cell, "detail": {**row.cell["detail"], "text": text}}
    session.add(ReleasedCell(release_id=row.release_id, **cell))
    _forget_text(row)


def _forget_text(row: Redaction) -> None:
    row.original = row.proposed = ""
    row.cell = {}


def _undecided(session: Session, assessment_id: int, round_id: int, key: str) -> Redaction:
    state = session.scalar(select(Assessment.state).where(Assessment.id == assessment_id))
    if state == "final":
        raise ConflictError("This assessment is final. Its figures stay as they are.")
    query = _of_round(assessment_id, round_id).with_for_update(of=Redaction)
    return _row(session, query, key)[0]


def _row(session: Session, query: Select[Redaction, str], key: str) -> tuple[Redaction, str | None]:
    found = session.execute(query.where(Redaction.key == key)).one_or_none()
    if found is None:
        raise NotFoundError("This survey has no such comment.")
    row, name = found
    if row.state not in UNDECIDED:
        raise ConflictError("This comment was decided meanwhile.")
    return row, name


def _of_round(assessment_id: int, round_id: int) -> Select[Redaction, str]:
    return (
        select(Redaction, User.name)
        .join(Release, Release.id == Redaction.release_id)
        .outerjoin(User, User.id == Redaction.first_id)
        .where(Release.assessment_id == assessment_id, Release.source == f"round:{round_id}")
    )


def _view(row: Redaction, first_name: str | None) -> Quote:
    return Quote(row.key, row.about, row.cell.get("subject"), row.original, row.proposed,
                 row.first_id, first_name or "")  # fmt: skip
