"""Which moves are allowed, and which need a reason."""

from __future__ import annotations

import itertools

import pytest

from sop_assess.backlog.states import DECISIONS, MOVES, STATES, check_move
from sop_assess.errors import ConflictError, InvalidError


@pytest.mark.parametrize(("before", "after"), list(itertools.product(STATES, STATES)))
def test_every_pair_of_states(before, after):
    if before == after or after in MOVES[before]:
        check_move(before, after, "measured or decided")
    else:
        with pytest.raises(ConflictError, match="another state now"):
            check_move(before, after, "measured or decided")


@pytest.mark.parametrize("state", sorted(DECISIONS))
def test_a_decision_needs_a_reason(state):
    before = next(b for b in STATES if state in MOVES[b])
    with pytest.raises(InvalidError, match="kept with its date"):
        check_move(before, state, "  ")


def test_no_state_is_a_dead_end_and_all_can_be_reached():
    assert set(MOVES) == set(STATES)
    assert all(MOVES.values())
    assert {after for moves in MOVES.values() for after in moves} == set(STATES) - {"new"}


def test_an_unknown_state_is_refused():
    with pytest.raises(InvalidError):
        check_move("new", "deleted", "")
