"""Themes that the same interviews raise."""

from __future__ import annotations

from collections.abc import Sequence

from sop_assess.analysis.disclosure import ANONYMOUS, NAMED
from sop_assess.analysis.results import Cell
from sop_assess.jobs import quietly
from sop_assess.themes.cells import protect_themes, set_cells
from sop_assess.themes.comments import Comment
from sop_assess.themes.sorting import Plan, about, sort_source

from .written import written


def cells_of(comments: Sequence[Comment]) -> list[Cell]:
    plan = Plan("en", "open", 1, "2026-11-20")
    (one,) = sort_source(comments, plan, quietly)
    return set_cells(one.measured, about(one, plan, 7))


def comments(*, numbered: bool) -> list[Comment]:
    """60 people: those who write about parcels also write about invoices, the others do not."""
    texts: dict[str, list[str]] = {}
    for text, stage in written(240):
        texts.setdefault(stage, []).append(text)
    found = []
    for person in range(60):
        stages = ("S6", "S7") if person % 2 else ("S1", "S4") if person % 4 else ("S1",)
        for stage in stages:
            number = person if numbered else None
            found.append(Comment(texts[stage].pop(), "q", None, None, "problem", number=number))
    return found


def test_what_meets_in_one_form_is_a_cell_with_its_odds() -> None:
    found = cells_of(comments(numbered=True))
    names = {c.about: " ".join([c.detail["name"], *c.detail["keywords"]]).lower()
             for c in found if c.statistic == "theme"}  # fmt: skip
    pairs = [c for c in found if c.statistic == "theme_pair"]
    assert pairs
    together = next(c for c in pairs if c.detail["word"] == "together"
                    and {"driver" in names[c.about], "driver" in names[c.detail["other"]]}
                    == {True, False})  # fmt: skip
    other = {names[together.about], names[together.detail["other"]]}
    assert any("invoice" in words for words in other)
    assert together.n == 60
    assert together.value is not None
    assert together.low is not None
    assert 1 < together.low < together.value
    assert together.detail["both"] <= min(together.detail["first"], together.detail["second"])
    assert all(c.about in names and c.detail["other"] in names for c in pairs)
    assert [c for c in protect_themes(found, NAMED) if c.statistic == "theme_pair"] == pairs
    assert [c for c in protect_themes(found, ANONYMOUS) if c.statistic == "theme_pair"] == []


def test_comments_without_a_form_have_no_pairs() -> None:
    found = cells_of(comments(numbered=False))
    assert "theme" in {c.statistic for c in found}
    assert "theme_pair" not in {c.statistic for c in found}
