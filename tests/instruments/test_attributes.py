"""What people may be asked about themselves: few, coarse, in single choices."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from sop_assess.instruments.catalogue import above, default_catalogue, tree_of
from sop_assess.instruments.definition import Definition
from sop_assess.instruments.identity import Unit


def form(*attributes, **changed):
    items = [
        {"code": code, "type": "single_choice", "role": "attribute", "text": {"en": code},
         "options": [{"code": "a", "text": {"en": "A"}}, {"code": "b", "text": {"en": "B"}}]}
        | changed
        for code in attributes
    ]  # fmt: skip
    return Definition.model_validate(
        {"code": "f", "kind": "survey", "title": {"en": "F"},
         "sections": [{"code": "s", "title": {"en": "S"}, "items": items}]}
    )  # fmt: skip


def test_attributes_are_found_with_their_options():
    assert form("shift", "site").attributes == {"shift": ("a", "b"), "site": ("a", "b")}


def test_four_attributes_are_the_most():
    assert len(form("k", "l", "m", "n").attributes) == 4
    with pytest.raises(ValidationError, match="4 attributes of people at most"):
        form("k", "l", "m", "n", "o")


@pytest.mark.parametrize(
    ("code", "changed"),
    [("unit", {}), ("all", {}), ("k", {"type": "multiple_choice"}), ("k" * 21, {}),
     ("k", {"options": [{"code": "x" * 21, "text": {"en": "X"}}]})],
)  # fmt: skip
def test_an_attribute_is_a_coarse_single_choice_with_a_short_code(code, changed):
    with pytest.raises(ValidationError):
        form(code, **changed)


def test_the_longest_name_of_a_group_fits_into_its_column():
    longest = form("k" * 20, options=[{"code": "v" * 20, "text": {"en": "V"}}])
    names = default_catalogue([Unit("u" * 60, "U", 9)], longest.attributes)
    assert max(map(len, names)) <= 120


def test_groups_above_the_units_come_into_the_catalogue():
    tree = tree_of([Unit("a", "A", 9, "n"), Unit("b", "B", 7, "n")],
                   [{"code": "n", "name": "N", "parent": None}])  # fmt: skip
    assert default_catalogue(tree) == ["all", "unit:n", "unit:a", "unit:b"]


def test_a_loop_of_units_ends():
    assert above("a", {"a": "b", "b": "a"}) == ["a", "b"]
