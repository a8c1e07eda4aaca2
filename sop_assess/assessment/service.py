"""What people do with an assessment. Each public function owns one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..accounts.audit import audit
from ..db import Stores
from ..errors import ConflictError, InvalidError, NotFoundError
from ..instruments.models import Assignment, Round, RoundUnit
from ..release.models import Release, ReleasedCell
from .models import Assessment, Company, Handoff, Location, Stage
from .planning import METHODS, Plan
from .profile import Profile, slug
from .stages import DEFAULT_NAMES, StageChange, handoffs


def create_company(stores: Stores, profile: Profile, *, is_sample: bool = False) -> None:
    """The company of this installation, or its newer answers to the first screen."""
    with stores.core.writing() as session:
        _write_company(session, profile, is_sample)


def start_assessment(
    stores: Stores,
    profile: Profile,
    plan: Plan,
    *,
    name: str,
    purpose: str = "",
    by: int | None = None,
    now: datetime,
) -> int:
    """The id of a new assessment with its stages, hand-offs, places and methods.

    The company must exist; `take_plan` does both.
    """
    with stores.core.writing() as session:
        if session.get(Company, 1) is None:
            raise NotFoundError("There is no company yet. Answer the first screen.")
        return _write_assessment(session, profile, plan, name, purpose, by, now)


def take_plan(
    stores: Stores,
    profile: Profile,
    plan: Plan,
    *,
    name: str,
    purpose: str = "",
    by: int | None = None,
    now: datetime,
) -> int:
    """The id of the assessment that the first screen proposed; keeps the company's answers."""
    with stores.core.writing() as session:
        _write_company(session, profile, None)
        return _write_assessment(session, profile, plan, name, purpose, by, now)


def set_stages(
    stores: Stores,
    assessment_id: int,
    changes: Sequence[StageChange],
    *,
    by: int | None = None,
    now: datetime,
) -> None:
    """Rename stages and leave some out; hand-offs follow."""
    with stores.core.writing() as session:
        _changeable(session, assessment_id)
        rows = {stage.code: stage for stage in session.scalars(
            select(Stage).where(Stage.assessment_id == assessment_id))}  # fmt: skip
        _check_stages(changes, rows, started=_any_opened(session, assessment_id))
        for change in changes:
            row = rows[change.code]
            row.name = {language: words.strip() for language, words in change.name.items()}
            row.skipped, row.skip_reason = change.skipped, change.reason.strip() or None
        _write_handoffs(session, assessment_id, {c for c, row in rows.items() if row.skipped})
        skipped = sorted(code for code, row in rows.items() if row.skipped)
        audit(
            session, by, "assessment.stages", {"assessment": assessment_id, "skipped": skipped}, now
        )


def choose_methods(
    stores: Stores,
    assessment_id: int,
    methods: Collection[str],
    *,
    plan: Plan | None = None,
    by: int | None = None,
    now: datetime,
) -> None:
    """Set the methods; one that has a round already stays."""
    chosen = [method for method in METHODS if method in methods]
    if not chosen:
        raise InvalidError("Choose at least one method.")
    with stores.core.writing() as session:
        row = _changeable(session, assessment_id)
        used = set(session.scalars(select(Round.kind).where(Round.assessment_id == assessment_id)))
        if used - set(chosen):
            raise ConflictError("A method that has a round already stays in the assessment.")
        row.methods = {"chosen": chosen}
        if plan is not None:
            row.plan = plan.to_json()
            row.starts_on, row.ends_on = _at(plan.starts), _at(plan.ends)
        audit(
            session, by, "assessment.methods", {"assessment": assessment_id, "methods": chosen}, now
        )


def make_final(stores: Stores, assessment_id: int, *, by: int | None = None, now: datetime) -> int:
    """Freeze the assessment; the number of the edition."""
    with stores.core.writing() as session:
        row = _changeable(session, assessment_id)
        problem = _why_not_final(session, assessment_id)
        if problem:
            raise problem
        row.state, row.final_at, row.edition = "final", now, row.edition + 1
        audit(
            session,
            by,
            "assessment.final",
            {"assessment": assessment_id, "edition": row.edition},
            now,
        )
        return row.edition


def discard_round(
    stores: Stores, assessment_id: int, round_id: int, *, by: int | None = None, now: datetime
) -> None:
    """Remove a round that was never opened and has no tasks, with its rehearsal."""
    with stores.core.writing() as session:
        row = session.get(Round, round_id)
        if row is None or row.assessment_id != assessment_id:
            raise NotFoundError("This round does not exist.")
        tasks = session.scalars(select(Assignment.id).where(Assignment.round_id == round_id))
        if row.state != "planned" or tasks.first() is not None:
            raise ConflictError("Only a round that was never opened and has no tasks can be "
                                "discarded.")  # fmt: skip
        rehearsals = select(Release.id).where(Release.assessment_id == assessment_id,
                                              Release.source == f"round:{round_id}")  # fmt: skip
        session.execute(delete(ReleasedCell).where(ReleasedCell.release_id.in_(rehearsals)))
        session.execute(delete(Release).where(Release.id.in_(rehearsals)))
        session.execute(delete(RoundUnit).where(RoundUnit.round_id == round_id))
        session.delete(row)
        audit(session, by, "round.discarded", {"assessment": assessment_id, "round": round_id}, now)


def record(
    stores: Stores, by: int | None, action: str, detail: Mapping[str, Any], *, now: datetime
) -> None:
    """Write a staff action about an assessment into the log."""
    with stores.core.writing() as session:
        audit(session, by, action, detail, now)


def why_not_final(stores: Stores, assessment_id: int) -> str:
    """What must happen before the assessment can be final; empty when it can."""
    with stores.core.reading() as session:
        problem = _why_not_final(session, assessment_id)
    return problem.sentence if problem else ""


def _why_not_final(session: Session, assessment_id: int) -> ConflictError | None:
    running = session.scalars(
        select(Round.name).where(Round.assessment_id == assessment_id,
                                 Round.state.in_(("open", "closing")))
    ).first()  # fmt: skip
    if running is not None:
        return ConflictError("“%(name)s” is still open. Close it first.", name=running)
    released = session.scalars(
        select(Release.id).where(Release.assessment_id == assessment_id, Release.current,
                                 ~Release.rehearsal).limit(1)
    ).first()  # fmt: skip
    if released is None:
        return ConflictError("Nothing has been released yet. Close a round first; one method is "
                             "enough.")  # fmt: skip
    return None


def _changeable(session: Session, assessment_id: int) -> Assessment:
    row = session.get(Assessment, assessment_id)
    if row is None:
        raise NotFoundError("This assessment does not exist.")
    if row.state == "final":
        raise ConflictError("This assessment is final. Start a new one to change anything.")
    return row


def _any_opened(session: Session, assessment_id: int) -> bool:
    query = select(Round.id).where(Round.assessment_id == assessment_id, Round.state != "planned")
    return session.scalars(query.limit(1)).first() is not None


def _check_stages(changes: Sequence[StageChange], rows: dict[str, Stage], started: bool) -> None:
    for change in changes:
        if change.code not in rows:
            raise InvalidError("There is no stage %(code)s.", code=change.code)
        if not change.name or not all(words.strip() for words in change.name.values()):
            raise InvalidError("Stage %(code)s needs a name.", code=change.code)
        if any(len(words) > 80 for words in change.name.values()):
            raise InvalidError("The name of stage %(code)s is longer than 80 characters.",
                               code=change.code)  # fmt: skip
        if change.skipped and not change.reason.strip():
            raise InvalidError("Say in a few words why stage %(code)s is left out.",
                               code=change.code)  # fmt: skip
        if started and change.skipped != rows[change.code].skipped:
            raise ConflictError("A round was opened already, so no stage can be left out or "
                                "brought back. Names can still change.")  # fmt: skip
    left_out = {change.code for change in changes if change.skipped}
    if set(rows) <= left_out:
        raise InvalidError("Keep at least one stage.")


def _write_company(session: Session, profile: Profile, is_sample: bool | None) -> None:
    row = session.get(Company, 1)
    if row is None:
        row = Company(id=1, is_sample=bool(is_sample))
        session.add(row)
    row.name, row.language, row.profile = profile.company, profile.language, profile.to_json()
    if is_sample is not None:
        row.is_sample = is_sample


def _write_assessment(
    session: Session,
    profile: Profile,
    plan: Plan,
    name: str,
    purpose: str,
    by: int | None,
    now: datetime,
) -> int:
    if not name.strip() or len(name) > 120:
        raise InvalidError("Give the assessment a name of at most 120 characters.")
    row = Assessment(
        name=name.strip(), purpose=purpose.strip()[:500], state="planning",
        methods={"chosen": list(plan.methods)}, plan=plan.to_json(), settings={},
        starts_on=_at(plan.starts), ends_on=_at(plan.ends), created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    for position, (code, names) in enumerate(DEFAULT_NAMES.items()):
        session.add(Stage(assessment_id=row.id, code=code, position=position, name=dict(names)))
    _write_handoffs(session, row.id, set())
    _write_locations(session, row.id, profile.places)
    detail: dict[str, Any] = {"assessment": row.id, "methods": list(plan.methods)}
    audit(session, by, "assessment.started", detail, now)
    return row.id


def _write_handoffs(session: Session, assessment_id: int, skipped: set[str]) -> None:
    wanted = set(handoffs(skipped))
    for row in session.scalars(select(Handoff).where(Handoff.assessment_id == assessment_id)):
        if (row.giver, row.receiver) in wanted:
            wanted.discard((row.giver, row.receiver))
        else:
            session.delete(row)
    for giver, receiver in sorted(wanted):
        session.add(Handoff(assessment_id=assessment_id, giver=giver, receiver=receiver))


def _write_locations(session: Session, assessment_id: int, places: Sequence[str]) -> None:
    codes: list[str] = []
    for place in places:
        codes.append(slug(place, codes))
        session.add(Location(assessment_id=assessment_id, code=codes[-1], name=place))


def _at(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)
