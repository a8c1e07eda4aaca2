"""The columnar copy holds exactly what the documents say, state for state."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.analysis.frames import STATES, Frame, tidy
from sop_assess.instruments import ready_made
from sop_assess.release.columns import columns

DEFINITION = ready_made.load("mystery-case", "trade")
FACTS = [leaf for leaf in DEFINITION.leaves if leaf.type == "fact"]

answers = st.one_of(
    st.none(),
    st.sampled_from([{"value": "yes"}, {"value": "no"}, {"state": "not_observed"},
                     {"state": "cannot_recall"}, {"state": "not_applicable"}]),
)  # fmt: skip
documents = st.lists(
    st.fixed_dictionaries({}, optional={leaf.code: answers for leaf in FACTS[:4]}), max_size=12
)


@given(documents)
def test_every_state_is_kept_apart(given_documents: list[dict[str, dict[str, str] | None]]) -> None:
    found = [{k: v for k, v in d.items() if v is not None} for d in given_documents]
    table, count = columns(DEFINITION.leaves, found)
    assert count == len(found)
    for leaf in FACTS[:4]:
        column = table[leaf.code]
        for row, document in enumerate(found):
            answer = document.get(leaf.code)
            expected = "skipped" if answer is None else answer.get("state", "answered")
            assert STATES[column.states[row]] == expected
            code = -1 if answer is None or "value" not in answer else column.codes[row]
            assert code == -1 or column.categories[code] == answer["value"]  # type: ignore[index]


def test_the_tidy_table_has_one_row_per_answer() -> None:
    table, count = columns(
        DEFINITION.leaves,
        [{"m1-reply": {"value": 90.0}, "m1-human": {"value": "yes"}},
         {"m1-human": {"state": "not_observed"}}],
    )  # fmt: skip
    rows = tidy(Frame("shop", count, table))
    assert sorted(rows["item"]) == ["m1-human", "m1-human", "m1-reply"]
    assert set(rows["state"]) == {"answered", "not_observed"}


def test_free_text_never_enters_a_frame() -> None:
    table, _ = columns(DEFINITION.leaves, [{"problem": {"value": "text"}}])
    assert "problem" not in table


def test_chunks_join_without_gaps() -> None:
    many = [{"m1-reply": {"value": float(n)}} for n in range(10_000)]
    table, count = columns(DEFINITION.leaves, many)
    numbers = table["m1-reply"].numbers
    assert count == 10_000
    assert numbers is not None
    assert np.array_equal(numbers, np.arange(10_000.0))
