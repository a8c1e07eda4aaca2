"""What a theme of an anonymous survey tells: nothing from which a count or a mean follows."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sop_assess.analysis.disclosure import ANONYMOUS, NAMED, Rule
from sop_assess.analysis.results import Cell
from sop_assess.analysis.rounding import COUNT_STEP
from sop_assess.analysis.statistics.share import wilson
from sop_assess.themes.cells import protect_themes

SHARES = [{"group": "S4", "folded": [], "of_theme": {"n": 37, "value": 0.5135},
           "of_group": {"n": 53, "value": 0.3584}}]  # fmt: skip


def theme(people: int, wrote: int, **more: Any) -> Cell:
    """A theme as it is worked out: every count exact."""
    detail = {
        "name": "Stock list", "keywords": ["stock"], "role": "problem", "firmness": "firm",
        "stability": 0.861, "mixed": False, "comments": people + 3, "who_wrote": wrote,
        "owner": "", "set": 7, "tier": "fast", "severity": 3.2417, "severity_low": 3.0171,
        "severity_high": 3.4663, "severity_n": people, "stages": {"S4": 17, "S6": 11},
        "stage_shares": SHARES, "place_shares": SHARES, **more,
    }  # fmt: skip
    return Cell("theme", "p-t01", "S4", None, "all", people, people / wrote,
                *wilson(people, wrote), detail=detail)  # fmt: skip


def published(cell: Cell, rule: Rule = ANONYMOUS) -> Cell:
    (shown,) = protect_themes([cell], rule)
    return shown


def as_told(cell: Cell) -> str:
    return json.dumps(asdict(cell), sort_keys=True)


def test_every_published_theme_fits_several_counts_and_several_numbers_who_wrote() -> None:
    fits: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for people in range(10, 65):
        for wrote in range(people, 125):
            told = as_told(published(theme(people, wrote, severity=None)))
            fits[told].append((people, wrote))
    for told, pairs in fits.items():
        for side in zip(*pairs, strict=True):
            assert max(side) - min(side) >= COUNT_STEP - 1, (told, pairs)
        assert len({people / wrote for people, wrote in pairs}) > 1, (told, pairs)


@given(st.lists(st.integers(1, 4), min_size=5, max_size=120), st.integers(0, 30))
def test_a_severity_fits_several_means_and_needs_as_many_people_as_a_quote(
    given_steps: list[int], others: int
) -> None:
    mean = sum(given_steps) / len(given_steps)
    shown = published(theme(20 + others, 90, severity=mean, severity_n=len(given_steps)))
    told = shown.detail["severity"]
    if len(given_steps) < ANONYMOUS.minimum_quotes:
        assert told is None
        return
    assert told in {1.5, 2.0, 2.5, 3.0, 3.5}
    # Another mean of as many ratings, one step away, is told alike.
    near = [published(theme(20 + others, 90, severity=mean + step / len(given_steps),
                            severity_n=len(given_steps))).detail["severity"]
            for step in (-1, 1) if 1 <= mean + step / len(given_steps) <= 4]  # fmt: skip
    assert told in near


NUMBERS = st.integers(10, 10_000) | st.floats(0, 1) | st.dictionaries(
    st.sampled_from(["S1", "S2"]), st.integers(0, 99))  # fmt: skip


@given(st.dictionaries(st.text(min_size=1, max_size=12), NUMBERS, max_size=6))
def test_a_figure_that_is_added_to_a_theme_later_stays_inside(more: dict[str, Any]) -> None:
    cell = theme(24, 90)
    known = published(cell)
    added = {key: value for key, value in more.items() if key not in cell.detail}
    assert published(replace(cell, detail={**cell.detail, **added})) == known


def test_a_survey_of_bands_only_shows_no_theme() -> None:
    assert protect_themes([theme(60, 90)], replace(ANONYMOUS, only_bands=True)) == []


def test_of_stages_only_their_order_is_told_and_nothing_of_places() -> None:
    shown = published(theme(24, 90))
    assert dict(shown.detail["stages"]) == {"S4": None, "S6": None}
    assert set(shown.detail) == {"name", "keywords", "role", "firmness", "stability", "mixed",
                                 "owner", "set", "tier", "severity", "stages"}  # fmt: skip
    assert (shown.n, shown.value) == (20, 0.25)


def test_named_methods_tell_everything_exactly() -> None:
    cell = theme(24, 90)
    assert published(cell, NAMED) == cell


def test_a_pair_of_themes_never_leaves_an_anonymous_survey() -> None:
    pair = Cell("theme_pair", "p-t01", None, None, "all", 60, 4.0, 2.0, 8.0,
                detail={"other": "p-t02", "both": 14})  # fmt: skip
    assert pair not in protect_themes([theme(24, 90), pair], ANONYMOUS)
    assert pair in protect_themes([theme(24, 90), pair], NAMED)
