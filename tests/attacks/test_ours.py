"""With everything but the two round keys in hand, every attack is at chance on ours."""

from __future__ import annotations

import pytest

from sop_assess.config import Settings
from sop_assess.db import Stores

from .opened import Survey, survey
from .ours import Played, play
from .scoring import Score, alarm

pytestmark = pytest.mark.xdist_group("attacks")

FAST_CHANCE = 1e-6


def test_no_attack_links_more_people_than_chance(
    installation: tuple[Stores, Settings], played: tuple[Survey, Played]
) -> None:
    score = Score()
    score.add(played[1].evidence, played[1].truth)
    with survey(*installation, [15]) as made:
        small = play(made, seed=2)
    score.add(small.evidence, small.truth)
    assert score.worst()[1] < alarm(score.rounds, FAST_CHANCE), score.hits
    assert len(played[1].truth) == 60
