"""A comment is quoted when two people approved the same words, and never otherwise."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from sop_assess.accounts.models import AuditEntry, User
from sop_assess.accounts.queries import count_readers
from sop_assess.assessment.models import Assessment, Company
from sop_assess.db import Stores
from sop_assess.errors import ConflictError, InvalidError, NotFoundError
from sop_assess.instruments.models import Round
from sop_assess.release import redaction
from sop_assess.release.blackening import blacken
from sop_assess.release.models import Redaction, Release, ReleasedCell
from sop_assess.release.queries import Reading, cells, current_releases, readings
from tests.accounts.people import add_person

from .quotes import NAMES_ONLY, NOW, TEXTS, closed_round

BLACKENED = "Ask ▇▇▇, the list is old."
Where = tuple[int, int]


def shown(stores: Stores, assessment_id: int) -> list[str]:
    ids = [release.id for release in current_releases(stores, assessment_id)]
    return [str(c.detail["text"]) for c in cells(stores, ids, statistic="quote")]


def key_of(stores: Stores, where: Where, text: str = TEXTS[0]) -> str:
    return next(q.key for q in redaction.undecided(stores, *where) if q.original == text)


@pytest.fixture
def where(stores: Stores) -> Where:
    return closed_round(stores)


@pytest.fixture
def ada(stores: Stores) -> int:
    return add_person(stores, "owner", email="ada@k.example")


@pytest.fixture
def bo(stores: Stores) -> int:
    return add_person(stores, "redactor", email="bo@k.example", name="Bo Lind")


def test_nothing_is_quoted_before_two_people_read_it(stores: Stores, where: Where) -> None:
    assert shown(stores, where[0]) == []
    assert {q.original for q in redaction.undecided(stores, *where)} == set(TEXTS)
    assert readings(stores, where[0]) == {f"round:{where[1]}": Reading(waiting=3)}


def test_two_people_with_the_same_words_publish_it_in_the_same_edition(
    stores: Stores, where: Where, ada: int, bo: int
) -> None:
    (before,) = current_releases(stores, where[0])
    key = key_of(stores, where)
    assert redaction.approve(stores, *where, key, BLACKENED, by=ada, now=NOW) == "proposed"
    assert shown(stores, where[0]) == []
    assert redaction.find_quote(stores, *where, key).first_name == "Ada Osei"
    assert redaction.approve(stores, *where, key, BLACKENED, by=bo, now=NOW) == "shown"
    assert shown(stores, where[0]) == [BLACKENED]
    assert current_releases(stores, where[0]) == [before]
    (cell,) = cells(stores, [before.id], statistic="quote")
    assert (cell.about, cell.subject, cell.detail["stage"]) == ("p-old-stock", "S4", "S4")


def test_nobody_approves_twice(stores: Stores, where: Where, ada: int) -> None:
    key = key_of(stores, where)
    redaction.approve(stores, *where, key, TEXTS[0], by=ada, now=NOW)
    with pytest.raises(ConflictError, match="second person"):
        redaction.approve(stores, *where, key, TEXTS[0], by=ada, now=NOW)
    assert redaction.approve(stores, *where, key, BLACKENED, by=ada, now=NOW) == "proposed"
    assert shown(stores, where[0]) == []


def test_other_words_need_both_again(stores: Stores, where: Where, ada: int, bo: int) -> None:
    key = key_of(stores, where)
    redaction.approve(stores, *where, key, TEXTS[0], by=ada, now=NOW)
    assert redaction.approve(stores, *where, key, BLACKENED, by=bo, now=NOW) == "proposed"
    with pytest.raises(ConflictError):
        redaction.approve(stores, *where, key, BLACKENED, by=bo, now=NOW)
    assert redaction.approve(stores, *where, key, BLACKENED, by=ada, now=NOW) == "shown"
    assert shown(stores, where[0]) == [BLACKENED]


@pytest.mark.parametrize("text", ["", "Ask Bob, the list is old.", TEXTS[1],
                                  "▇▇▇ ▇▇▇, ▇▇▇ ▇▇▇ ▇▇▇ ▇▇▇."])  # fmt: skip
def test_words_can_be_blackened_and_nothing_else(
    stores: Stores, where: Where, ada: int, text: str
) -> None:
    key = key_of(stores, where)
    with pytest.raises(InvalidError):
        redaction.approve(stores, *where, key, text, by=ada, now=NOW)
    assert redaction.find_quote(stores, *where, key).proposed == ""


def test_what_is_left_out_stays_out(stores: Stores, where: Where, ada: int, bo: int) -> None:
    key = key_of(stores, where)
    with pytest.raises(InvalidError):
        redaction.leave_out(stores, *where, key, "dislike", by=ada, now=NOW)
    redaction.leave_out(stores, *where, key, "author", by=ada, now=NOW)
    with pytest.raises(ConflictError):
        redaction.approve(stores, *where, key, TEXTS[0], by=bo, now=NOW)
    assert shown(stores, where[0]) == []
    assert readings(stores, where[0]) == {f"round:{where[1]}": Reading(waiting=2, dropped=1)}


def test_no_text_stays_behind(stores: Stores, where: Where, ada: int, bo: int) -> None:
    first, second = key_of(stores, where), key_of(stores, where, TEXTS[1])
    for by in (ada, bo):
        redaction.approve(stores, *where, first, BLACKENED, by=by, now=NOW)
    redaction.leave_out(stores, *where, second, "nothing", by=bo, now=NOW)
    with stores.core.reading() as session:
        rows = session.scalars(select(Redaction).where(Redaction.key.in_((first, second)))).all()
        log = [(e.action, e.detail) for e in session.scalars(select(AuditEntry))]
    assert [(r.original, r.proposed, r.cell) for r in rows] == [("", "", {})] * 2
    assert [action for action, _ in log] == ["comment.approved"] * 2 + ["comment.left_out"]
    assert log[1][1] == {"round": where[1], "quote": first, "state": "shown", "blackened": 1}
    assert not any(word in str(log) for word in ("Ask", "list", "night"))


def test_another_survey_or_assessment_does_not_reach_it(
    stores: Stores, where: Where, ada: int
) -> None:
    key = key_of(stores, where)
    other = closed_round_beside(stores, where[0])
    for wrong in ((where[0] + 1, where[1]), (where[0], other)):
        with pytest.raises(NotFoundError):
            redaction.approve(stores, *wrong, key, TEXTS[0], by=ada, now=NOW)
        with pytest.raises(NotFoundError):
            redaction.find_quote(stores, *wrong, key)


def closed_round_beside(stores: Stores, assessment_id: int) -> int:
    with stores.core.writing() as session:
        first = session.scalars(select(Round).where(Round.assessment_id == assessment_id)).one()
        other = Round(key="other", assessment_id=assessment_id, version_id=first.version_id,
                      kind="survey", name="Other", state="closed", label="anonymous",
                      access="codes", policy={}, opened_at=NOW)  # fmt: skip
        session.add(other)
        session.flush()
        return other.id


def test_a_final_assessment_stays_as_it_is(stores: Stores, where: Where, ada: int) -> None:
    with stores.core.writing() as session:
        session.get_one(Assessment, where[0]).state = "final"
    with pytest.raises(ConflictError, match="final"):
        redaction.approve(stores, *where, key_of(stores, where), TEXTS[0], by=ada, now=NOW)


@pytest.mark.parametrize("label", ["anonymous", "anonymous_trustee"])
def test_names_and_counts_only_means_no_quote_anywhere(stores: Stores, label: str) -> None:
    where = closed_round(stores, label=label, redaction=NAMES_ONLY)
    assert shown(stores, where[0]) == []
    assert readings(stores, where[0]) == {}
    ids = [release.id for release in current_releases(stores, where[0])]
    assert [c.statistic for c in cells(stores, ids)] == ["theme"]


def test_a_confidential_survey_quotes_as_before(stores: Stores) -> None:
    where = closed_round(stores, label="confidential")
    assert set(shown(stores, where[0])) == set(TEXTS)
    assert readings(stores, where[0]) == {}


def test_the_table_itself_wants_two_people(stores: Stores, where: Where, ada: int) -> None:
    for values in ({"first_id": ada, "second_id": ada}, {"state": "shown", "first_id": ada}):
        with pytest.raises(IntegrityError), stores.core.writing() as session:
            session.execute(update(Redaction).values(**values))


def test_who_counts_as_a_reader(stores: Stores, where: Where, ada: int, bo: int) -> None:
    number, other = where[0], where[0] + 1
    for roles, scope in ((("reader",), "company"), (("owner",), f"assessment:{other}")):
        add_person(stores, *roles, scope=scope, email=f"{roles[0]}{scope}@k.example")
    with stores.core.reading() as session:
        assert count_readers(session, number) == 2
        assert count_readers(session, other) == 3
    for values in ({"disabled": True}, {"password_hash": "", "disabled": False}):
        with stores.core.writing() as session:
            session.execute(update(User).where(User.id == bo).values(**values))
        with stores.core.reading() as session:
            assert count_readers(session, number) == 1


STEPS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from([(), (1,), (1, 3), "drop"])), max_size=7
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_two_people_do_only_common_words_are_shown(
    sqlite_stores: Stores, steps: list[tuple[int, str | tuple[int, ...]]]
) -> None:
    """A model of two readers: the last two differing approvals of one text, by both, or nothing."""
    stores = sqlite_stores
    with stores.core.writing() as session:
        for table in (ReleasedCell, Redaction, Release, Round, Company):
            session.execute(delete(table))
    where = closed_round(stores, TEXTS[:1])
    people = [add_person(stores, "owner"), add_person(stores, "trustee")]
    (quote,) = redaction.undecided(stores, *where)
    proposal: tuple[int, str] | None = None
    ended: str | None = None
    for who, what in steps:
        text = "" if what == "drop" else blacken(quote.original, set(what))
        try:
            if what == "drop":
                redaction.leave_out(stores, *where, quote.key, "person", by=people[who], now=NOW)
                ended = ended or ""
                continue
            redaction.approve(stores, *where, quote.key, text, by=people[who], now=NOW)
        except ConflictError:
            assert ended is not None or proposal == (who, text)
            continue
        assert ended is None
        if proposal is not None and proposal[1] == text and proposal[0] != who:
            ended = text
        proposal = (who, text)
    assert shown(stores, where[0]) == ([ended] if ended else [])
