"""What imported rows become: waits by step and source, themes of complaints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from sop_assess.imports.times import TimeRow
from sop_assess.release.imported import wait_cells
from sop_assess.release.queries import cells, current_releases
from tests.themes.written import imported

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
DAY = 1440


def row(item: int, source: str | None, days: float | None, step: str = "Lead to salesperson"):
    end = None if days is None else START + timedelta(days=days)
    return TimeRow(str(item), step, source, START, end)


def _complaint(i: int, pick: Callable[[Sequence[str]], str]) -> str:
    when = pick(["again", "for weeks", "on Monday", "as always", "last month", "since spring"])
    if i % 2:
        what = pick(["total", "price", "discount", "shipping cost", "tax", "item list"])
        return f"The {what} on the invoice is not the {what} of the quote {when}"
    who = pick(["Nobody", "No driver", "No one at the desk", "Not one colleague", "No salesperson"])
    return f"{who} called back about my late delivery {when} {pick(['', 'and the box was wet'])}"


def test_waits_by_step_and_source():
    rows = [row(i, "Web form", 13 + i % 3) for i in range(30)]
    rows += [row(i, "Phone", 0.5) for i in range(10)]
    rows += [row(100, "Web form", None), row(101, None, 2)]
    mapping = {
        "steps": {"Lead to salesperson": "S1>S2"}, "aside_by_step": {"Lead to salesperson": 4},
    }  # fmt: skip
    cells = {cell.group: cell for cell in wait_cells(rows, mapping)}
    assert set(cells) == {"all", "source:Web form", "source:Phone"}
    web = cells["source:Web form"]
    assert (web.statistic, web.about, web.subject) == ("waits", "w01-lead-to-salesperson", "S1>S2")
    assert (web.n, web.value, web.low, web.high) == (30, 14 * DAY, 13 * DAY, 15 * DAY)
    assert (web.detail["never"], web.detail["started"], web.detail["p90"]) == (1, 31, 15 * DAY)
    assert (cells["all"].n, cells["all"].detail["set_aside"]) == (41, 4)


def test_a_source_where_nothing_arrives_is_told():
    rows = [row(i, "Web form", None) for i in range(5)] + [row(9, "Phone", 1)]
    cells = {cell.group: cell for cell in wait_cells(rows, {})}
    web = cells["source:Web form"]
    assert (web.n, web.value, web.detail["never"]) == (0, None, 5)
    assert web.subject is None


def test_steps_with_similar_names_stay_apart():
    rows = [row(1, None, 1, "Quote!"), row(2, None, 2, "Quote?"), row(3, None, 2, "見積")]
    abouts = [cell.about for cell in wait_cells(rows, {})]
    assert abouts == ["w01-quote", "w02-quote", "w03-step"]


def test_the_order_of_rows_does_not_matter():
    rows = [row(i, f"s{i % 3}", i % 7) for i in range(40)]
    assert wait_cells(rows, {}) == wait_cells(rows[::-1], {})


@pytest.mark.parametrize("count", [3, 60])
def test_comments_become_themes_or_a_list(sqlite_stores, assessment_id, count):
    pick = Random(7).choice
    texts = [_complaint(i, pick) for i in range(count)]
    imported(sqlite_stores, assessment_id, [
        (text, "S7" if i % 2 else "S6") for i, text in enumerate(texts)
    ])  # fmt: skip
    ids = [release.id for release in current_releases(sqlite_stores, assessment_id)]
    found = cells(sqlite_stores, ids)
    kinds = [cell.statistic for cell in found]
    assert kinds[0] == "theming"
    assert ("theme" in kinds) == (count >= 30)
    assert "quote" in kinds
    for theme in (cell for cell in found if cell.statistic == "theme"):
        assert theme.value == pytest.approx(theme.n / count)
