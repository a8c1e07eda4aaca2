"""The same theme in the assessment before and in other sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from sop_assess.accounts.models import AuditEntry
from sop_assess.analysis.results import Cell
from sop_assess.analysis.statistics.share import wilson
from sop_assess.assessment.models import Assessment
from sop_assess.db import Stores
from sop_assess.errors import ConflictError, InvalidError, NotFoundError
from sop_assess.imports.models import ImportedComment, ImportedFile
from sop_assess.jobs import JobQueue, get_job
from sop_assess.release.store import Edition, write_release
from sop_assess.themes.comparing import Compared, compared, wrote_at_least
from sop_assess.themes.matches import match_assessment
from sop_assess.themes.models import ThemeMatch, ThemeSet
from sop_assess.themes.same import say_same
from tests.assessment.released import NOW, figures, start

WROTE = 200


def theme(key: str, name: str, n: int, *words: str, wrote: int = WROTE, **more: Any) -> Cell:
    detail = {"name": name, "keywords": list(words), "role": "problem", "who_wrote": wrote}
    return Cell("theme", key, "S4", None, "all", n, n / wrote, *wilson(n, wrote),
                detail={**detail, **more})  # fmt: skip


def another(stores: Stores, name: str = "Spring assessment 2027") -> int:
    with stores.core.writing() as session:
        found = Assessment(name=name, methods={"chosen": []}, plan={}, settings={},
                           created_at=NOW + timedelta(days=180))  # fmt: skip
        session.add(found)
        session.flush()
        return found.id


def released(
    stores: Stores, assessment_id: int, source: str, cells: list[Cell], *, method: str = "import",
    name: str = "Help desk", rule: dict[str, Any] | None = None, rehearsal: bool = False,
    state: str = "open",
) -> int:  # fmt: skip
    """The set of a release with these themes."""
    edition = Edition(assessment_id, source, method, rule or {"minimum_quotes": 1}, "0" * 64,
                      {"source": name}, rehearsal)  # fmt: skip
    write_release(stores, edition, cells, now=NOW)
    with stores.core.writing() as session:
        row = ThemeSet(assessment_id=assessment_id, source=source, role="problem", language="en",
                       prefix="p", state=state, base=source, run={})  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


THEN = [
    theme("p-t01", "Stock list", 80, "stock list", "warehouse", "empty shelf"),
    theme("p-t02", "Harbour invoices", 40, "invoice", "discount", "Harbour"),
    theme("p-t03", "Canteen hours", 40, "canteen", "late shift"),
]
AFTER = [
    theme("p-t01", "harbour  Invoices", 42, "credit note"),
    theme("p-t02", "Old stock list", 20, "stock list", "empty shelf", "warehouse"),
    theme("p-t03", "Chat robot", 60, "chat", "robot", "answers"),
]


@pytest.fixture
def two(stores: Stores) -> tuple[int, int, int]:
    """Two assessments with imported complaints, matched: then, now, and the set of now."""
    then, now = start(stores), another(stores)
    released(stores, then, "comments:1", THEN)
    set_id = released(stores, now, "comments:2", AFTER)
    assert match_assessment(stores, now, at=NOW) == 2
    return then, now, set_id


def words(found: Compared) -> dict[str, str | None]:
    return {
        str((one.now or one.then or THEN[0]).detail["name"]): one.change and one.change.word
        for one in found.followed
    }


def matches(stores: Stores) -> dict[tuple[str, str], ThemeMatch]:
    with stores.core.reading() as session:
        return {(row.theme, row.source): row for row in session.scalars(select(ThemeMatch))}


def test_themes_are_followed_by_their_words(stores: Stores, two: tuple[int, int, int]) -> None:
    found = compared(stores, two[1])
    assert found.assessment == "Autumn assessment 2026"
    assert words(found) == {
        "Old stock list": "shrank", "Chat robot": "new", "Canteen hours": "gone",
        "harbour  Invoices": "no clear change",
    }  # fmt: skip
    assert not found.waiting
    p = [one.change.p for one in found.followed if one.change]
    assert p == sorted(p)
    stock = found.of("comments:2", "p-t02")
    assert stock is not None
    assert stock.change is not None
    assert (stock.change.before, stock.change.after) == (0.4, 0.1)
    assert -0.4 < stock.change.low < -0.3 < stock.change.high < -0.2


def test_a_person_decides_and_the_machine_keeps_to_it(
    stores: Stores, two: tuple[int, int, int]
) -> None:
    _then, now, set_id = two
    say_same(stores, now, set_id, "p-t03", "p-t01", by=None, now=NOW)
    found = compared(stores, now)
    # What is one theme then is one theme now.
    assert words(found)["Old stock list"] is not None
    robot = found.of("comments:2", "p-t03")
    assert robot is not None
    assert (robot.then and robot.then.about, robot.by_person) == ("p-t01", True)
    assert found.of("comments:2", "p-t02").then is None  # type: ignore[union-attr]
    match_assessment(stores, now, at=NOW)
    again = matches(stores)["p-t03", "comments:1"]
    assert (again.other, again.score) == ("p-t01", None)
    say_same(stores, now, set_id, "p-t03", "", by=None, now=NOW)
    match_assessment(stores, now, at=NOW)
    assert matches(stores)["p-t03", "comments:1"].other == ""
    assert matches(stores)["p-t02", "comments:1"].other == "p-t01"
    with stores.core.reading() as session:
        assert session.scalars(select(AuditEntry.action)).all().count("themes.same") == 2


def test_what_a_person_chose_goes_with_its_theme(stores: Stores, two: tuple[int, int, int]) -> None:
    then, now, set_id = two
    say_same(stores, now, set_id, "p-t03", "p-t03", by=None, now=NOW)
    edition = Edition(then, "comments:1", "import", {}, "1" * 64, {"source": "Help desk"})
    write_release(stores, edition, THEN[:2], now=NOW)
    assert compared(stores, now).waiting is False
    assert compared(stores, now).of("comments:2", "p-t03") is None
    match_assessment(stores, now, at=NOW)
    assert matches(stores)["p-t03", "comments:1"].other == ""
    assert words(compared(stores, now))["Chat robot"] == "new"


@pytest.mark.parametrize(
    ("theme", "other", "error"),
    [("p-t09", "p-t01", InvalidError), ("p-t01", "p-t09", InvalidError),
     ("p-list", "", InvalidError)],
)  # fmt: skip
def test_only_themes_that_are_there_are_the_same(
    stores: Stores, two: tuple[int, int, int], theme: str, other: str, error: type[Exception]
) -> None:
    before = {key: row.other for key, row in matches(stores).items()}
    with pytest.raises(error):
        say_same(stores, two[1], two[2], theme, other, by=None, now=NOW)
    assert {key: row.other for key, row in matches(stores).items()} == before


def test_a_final_assessment_and_one_without_a_predecessor_stay(
    stores: Stores, two: tuple[int, int, int]
) -> None:
    then, now, set_id = two
    with stores.core.reading() as session:
        first = session.scalars(select(ThemeSet.id).where(ThemeSet.assessment_id == then)).one()
    with pytest.raises(ConflictError, match="no themes of this kind"):
        say_same(stores, then, first, "p-t01", "", by=None, now=NOW)
    with pytest.raises(NotFoundError):
        say_same(stores, now, first, "p-t01", "", by=None, now=NOW)
    with stores.core.writing() as session:
        session.get_one(Assessment, now).state = "final"
    with pytest.raises(ConflictError, match="final"):
        say_same(stores, now, set_id, "p-t01", "", by=None, now=NOW)


def test_the_first_assessment_has_nothing_to_compare_with(stores: Stores) -> None:
    here = start(stores)
    released(stores, here, "comments:1", THEN)
    assert match_assessment(stores, here, at=NOW) == 0
    found = compared(stores, here)
    assert (found.assessment, found.followed, found.alone, found.waiting) == ("", (), (), False)


def test_a_rehearsal_is_no_assessment_before(stores: Stores) -> None:
    then, now = start(stores), another(stores)
    released(stores, then, "round:1", THEN, method="survey", rehearsal=True)
    released(stores, now, "round:2", AFTER, method="survey")
    assert compared(stores, now).assessment == ""


def test_an_assessment_in_between_without_themes_is_passed_over(stores: Stores) -> None:
    then, _between, now = start(stores), another(stores, "Empty"), another(stores)
    released(stores, then, "comments:1", THEN)
    released(stores, now, "comments:2", AFTER)
    assert compared(stores, now).assessment == "Autumn assessment 2026"


def test_a_file_is_compared_with_the_file_of_its_name_and_a_round_with_its_method(
    stores: Stores,
) -> None:
    then, now = start(stores), another(stores)
    released(stores, then, "comments:1", THEN, name="Help desk")
    released(stores, then, "round:3", THEN, method="interview")
    released(stores, now, "comments:4", AFTER, name="Returns log")
    released(stores, now, "round:5", AFTER, method="interview", name="Other leaders")
    released(stores, now, "round:6", AFTER, method="shadow")
    found = compared(stores, now)
    assert {source for source, _ in found.parts} == {"round:5"}
    assert set(found.alone) == {"comments:4", "round:6"}
    assert found.waiting


def test_a_draft_is_not_matched(stores: Stores) -> None:
    then, now = start(stores), another(stores)
    released(stores, then, "round:1", THEN, method="survey")
    released(stores, now, "round:2", AFTER, method="survey", state="draft")
    assert match_assessment(stores, now, at=NOW) == 0
    assert matches(stores) == {}


def test_other_sources_stand_beside_with_their_own_figures(stores: Stores) -> None:
    here = start(stores)
    released(stores, here, "comments:1", THEN)
    few = theme("p-t01", "stock LIST", 3, wrote=24)
    hidden = theme("p-t02", "Canteen hours", 4, wrote=24).hide("too_small")
    released(stores, here, "round:2", [few, hidden], method="interview")
    match_assessment(stores, here, at=NOW)
    found = compared(stores, here).beside
    ((source, other),) = found["comments:1", "p-t01"]
    assert (source, other.n, other.detail["who_wrote"]) == ("round:2", 3, 24)
    assert [source for source, _ in found["round:2", "p-t01"]] == ["comments:1"]
    assert ("comments:1", "p-t03") not in found


def test_a_hidden_or_banded_theme_is_followed_without_a_figure(stores: Stores) -> None:
    then, now = start(stores), another(stores)
    rule = {"minimum_quotes": 10, "bands": True}
    banded = replace(THEN[0], n=None, value=None, shown="band", detail={"name": "Stock list"})
    released(stores, then, "round:1", [banded, THEN[1]], method="survey", rule=rule)
    released(stores, now, "round:2", AFTER, method="survey", rule=rule)
    match_assessment(stores, now, at=NOW)
    found = compared(stores, now)
    assert words(found)["Old stock list"] is None
    assert found.followed[-1].change is None


def test_the_number_who_wrote_is_never_overstated_from_rounded_themes() -> None:
    from sop_assess.analysis.disclosure import ANONYMOUS
    from sop_assess.themes.cells import protect_themes

    full = {"severity": None, "severity_n": 0, "stages": {}}
    for people in range(10, 70):
        for wrote in range(people, 130, 3):
            cell = theme("p-t01", "Stock", people, wrote=wrote, **full)
            shown = figures("survey", protect_themes([cell], ANONYMOUS))
            found = wrote_at_least(shown)
            assert found is not None
            assert people // 5 * 5 <= found <= wrote
    assert wrote_at_least([]) is None


def test_a_release_matches_its_themes_with_the_last_ones(stores: Stores) -> None:
    """From comments to the difference: two files of complaints, half a year apart."""
    then, now = start(stores), another(stores)
    for assessment_id, share in ((then, 1), (now, 3)):
        _imported(stores, assessment_id, share)
    found = compared(stores, now)
    assert not found.waiting
    said = [(one, " ".join(one.now.detail["keywords"])) for one in found.followed if one.now]
    driver = next(one for one, keywords in said if "driver" in keywords.lower())
    assert driver.then is not None
    assert driver.change is not None
    assert driver.change.word == "grew"


def _imported(stores: Stores, assessment_id: int, drivers: int) -> None:
    from .written import written

    texts = [text for text, stage in written(240, seed=assessment_id)
             for _ in range(drivers if stage == "S6" else 1)]  # fmt: skip
    with stores.core.writing() as session:
        file = ImportedFile(assessment_id=assessment_id, kind="comments", source="Help desk",
                            file_name="x.csv", content_hash="0" * 64, mapping={},
                            rows=len(texts), imported_at=NOW)  # fmt: skip
        session.add(file)
        session.flush()
        session.add_all(ImportedComment(file_id=file.id, text=text, stage=None) for text in texts)
        file_id = file.id
    job = get_job(stores, JobQueue(stores, inline=True).start("release_import", file_id=file_id))
    assert job.state == "done", job.message
