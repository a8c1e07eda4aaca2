"""Making and changing issues. Every change is written down; nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from flask_babel import get_locale
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..assessment.models import Assessment, Finding, Stage
from ..assessment.queries import stages_of
from ..db import Stores
from ..errors import InvalidError, NotFoundError
from ..instruments.definition import words
from ..release.queries import cells, current_releases
from .fields import AFFECTED, read_fields, written
from .models import Issue, IssueChange, IssueComment
from .states import DECISIONS, check_move
from .suggestion import Suggestion, from_finding, from_theme
from .theme_evidence import theme_evidence

LONGEST_COMMENT: Final = 5_000


def issue_from_finding(
    stores: Stores,
    assessment_id: int,
    finding_id: int,
    *,
    title: str,
    owner: str = "",
    horizon: str = "planned",
    by: int | None,
    now: datetime,
) -> int:
    """The number of the issue made from a finding; it keeps the evidence as it is today.

    The same title from the same finding again (a second press) gives the first issue.
    """
    with stores.core.writing() as session:
        finding = session.get(Finding, finding_id)
        if finding is None or finding.assessment_id != assessment_id:
            raise NotFoundError("This finding does not exist any more.")
        facts = finding.evidence.get("facts") or []
        start = from_finding(finding.polarity, finding.label, finding.confidence,
                             finding.verdicts, facts)  # fmt: skip
        evidence = {
            "facts": facts, "quotes": finding.evidence.get("quotes") or [],
            "polarity": finding.polarity, "label": finding.label,
            "confidence": finding.confidence,
        }  # fmt: skip
        fresh = _fresh(start, f"finding:{finding.id}", finding.subject, finding.topic, evidence)
        given = {"title": title, "owner": owner, "horizon": horizon}
        return _add(session, assessment_id, fresh, given, by, now)


def issue_from_theme(
    stores: Stores,
    assessment_id: int,
    release_id: int,
    theme: str,
    *,
    title: str,
    owner: str = "",
    horizon: str = "planned",
    by: int | None,
    now: datetime,
) -> int:
    """The number of the issue made from a released theme of comments, with its quotes."""
    release = next((r for r in current_releases(stores, assessment_id) if r.id == release_id), None)
    figures = cells(stores, [release_id], about=theme) if release else []
    found = next((f for f in figures if f.statistic == "theme"), None)
    if release is None or found is None:
        raise NotFoundError("This theme does not exist any more: its figures were released anew.")
    evidence = theme_evidence(found, figures, _stage_names(stores, assessment_id))
    fresh = _fresh(
        from_theme(found.n, found.value, found.detail), f"theme:{release.source}:{theme}"[:60],
        found.subject, found.topic, evidence,
    )  # fmt: skip
    given = {"title": title, "owner": owner, "horizon": horizon}
    with stores.core.writing() as session:
        return _add(session, assessment_id, fresh, given, by, now)


def create_by_hand(
    stores: Stores,
    assessment_id: int,
    fields: Mapping[str, str],
    *,
    by: int | None,
    now: datetime,
) -> int:
    """The number of an issue that somebody wrote down; FieldsInvalidError says what is wrong."""
    fresh: dict[str, Any] = {"origin": "hand", "evidence": {"facts": [], "quotes": []}}
    with stores.core.writing() as session:
        return _add(session, assessment_id, fresh, {"title": "", **fields}, by, now)


def change(
    stores: Stores,
    assessment_id: int,
    number: int,
    fields: Mapping[str, str],
    *,
    reason: str = "",
    by: int | None,
    now: datetime,
) -> list[str]:
    """The names of the fields that changed. `fields` are texts as a form has them; "state" moves
    the issue, and a decision (declined, verified) needs its reason."""
    values = read_fields(fields)
    with stores.core.writing() as session:
        issue = _issue(session, assessment_id, number)
        _check_subject(session, issue.assessment_id, values)
        changed = [n for n, value in values.items() if _set(session, issue, n, value, by, now)]
        state = fields.get("state", issue.state)
        if state != issue.state:
            _move(session, issue, state, reason, by, now)
            changed.append("state")
        elif reason.strip() and changed:
            session.add(_comment(issue, reason, by, now))
    return changed


def comment(
    stores: Stores, assessment_id: int, number: int, text: str, *, by: int | None, now: datetime
) -> None:
    """Add to the discussion of an issue."""
    with stores.core.writing() as session:
        issue = _issue(session, assessment_id, number)
        session.add(_comment(issue, text, by, now))


def _stage_names(stores: Stores, assessment_id: int) -> dict[str, str]:
    tongue = str(get_locale() or "en").partition("_")[0]
    return {one.code: words(one.name, tongue) for one in stages_of(stores, assessment_id)}


def _fresh(
    start: Suggestion,
    origin_key: str,
    subject: str | None,
    topic: str | None,
    evidence: Mapping[str, Any],
) -> dict[str, Any]:
    return {
        "origin": origin_key.partition(":")[0], "origin_key": origin_key, "kind": start.kind,
        "subject": subject, "topic": topic, "reach": start.reach, "impact": start.impact,
        "confidence": start.confidence, "evidence": {**evidence, "inputs": dict(start.sources)},
    }  # fmt: skip


def _add(
    session: Session,
    assessment_id: int,
    fresh: Mapping[str, Any],
    given: Mapping[str, str],
    by: int | None,
    now: datetime,
) -> int:
    values = read_fields(given)
    # The row is locked so that two issues made at once get two numbers.
    if session.get(Assessment, assessment_id, with_for_update=True) is None:
        raise NotFoundError("This assessment does not exist.")
    again = _made_before(session, assessment_id, fresh.get("origin_key"), values["title"])
    if again is not None:
        return again
    _check_subject(session, assessment_id, values)
    affected = {name: values.pop(name) for name in AFFECTED if name in values}
    last = session.scalar(
        select(func.max(Issue.number)).where(Issue.assessment_id == assessment_id)
    )
    issue = Issue(**{
        **fresh, **values, "assessment_id": assessment_id, "number": (last or 0) + 1,
        "created_at": now, "affected": {k: v for k, v in affected.items() if v},
    })  # fmt: skip
    session.add(issue)
    session.flush()
    _note(session, issue, "state", None, "new", by, now)
    return issue.number


def _made_before(
    session: Session, assessment_id: int, origin_key: str | None, title: str
) -> int | None:
    if origin_key is None:
        return None
    query = select(Issue.number).where(
        Issue.assessment_id == assessment_id, Issue.origin_key == origin_key, Issue.title == title
    )
    return session.scalars(query).first()


def _check_subject(session: Session, assessment_id: int, values: Mapping[str, Any]) -> None:
    subject = values.get("subject")
    if subject is None:
        return
    query = select(Stage.code).where(Stage.assessment_id == assessment_id)
    if not set(subject.split(">")) <= set(session.scalars(query)):
        raise InvalidError("There is no stage called %(subject)s in this assessment.",
                           subject=subject)  # fmt: skip


def _issue(session: Session, assessment_id: int, number: int) -> Issue:
    query = select(Issue).where(Issue.assessment_id == assessment_id, Issue.number == number)
    issue = session.scalars(query.with_for_update()).first()
    if issue is None:
        raise NotFoundError("This issue does not exist.")
    return issue


def _set(
    session: Session, issue: Issue, name: str, value: Any, by: int | None, now: datetime
) -> bool:
    before = issue.affected.get(name) if name in AFFECTED else getattr(issue, name)
    if before == value or {before, value} == {None, ""}:
        return False
    if name in AFFECTED:
        issue.affected = {k: v for k, v in {**issue.affected, name: value}.items() if v}
    else:
        setattr(issue, name, value)
    _note(session, issue, name, written(name, before), written(name, value), by, now)
    return True


def _move(
    session: Session, issue: Issue, state: str, reason: str, by: int | None, now: datetime
) -> None:
    check_move(issue.state, state, reason)
    before, issue.state = issue.state, state
    _note(session, issue, "state", before, state, by, now)
    if state in DECISIONS:
        text = " ".join(reason.split())
        if len(text) > 500:
            raise InvalidError("The reason has more than 500 characters. Shorten it.")
        issue.decision, issue.decided_on = text, now
        _note(session, issue, "decision", None, text, by, now)
    elif reason.strip():
        session.add(_comment(issue, reason, by, now))


def _comment(issue: Issue, text: str, by: int | None, now: datetime) -> IssueComment:
    plain = text.replace("\0", "").strip()
    if not plain:
        raise InvalidError("Write something before adding it to the discussion.")
    if len(plain) > LONGEST_COMMENT:
        raise InvalidError("A contribution has at most 5,000 characters. Shorten it.")
    return IssueComment(issue_id=issue.id, user_id=by, text=plain, written_at=now)


def _note(
    session: Session,
    issue: Issue,
    name: str,
    before: str | None,
    after: str | None,
    by: int | None,
    now: datetime,
) -> None:
    session.add(IssueChange(issue_id=issue.id, user_id=by, changed_at=now, field=name,
                            before=before, after=after))  # fmt: skip
