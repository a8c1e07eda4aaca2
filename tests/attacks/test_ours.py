"""With everything but the two round keys in hand, every attack is at chance on ours."""

from __future__ import annotations

from sop_assess.config import Settings
from sop_assess.db import Stores

from . import ledgers
from .opened import Survey, spare_keys, survey
from .ours import Played, play
from .placement import data_files
from .population import DAY
from .scoring import Score, alarm

FAST_CHANCE = 1e-6


def test_no_attack_links_more_people_than_chance(played: tuple[Survey, Played]) -> None:
    score = Score()
    score.add(played[1].evidence, played[1].truth)
    assert score.worst()[1] < alarm(1, FAST_CHANCE), score.hits
    assert score.people == len(played[0].invited)


def test_no_attack_links_more_people_than_chance_in_a_small_company(
    sqlite_installation: tuple[Stores, Settings],
) -> None:
    score = Score()
    for seed in (2, 4):
        with survey(*sqlite_installation, [15]) as made:
            found = play(made, seed, release=False)
        score.add(found.evidence, found.truth)
    assert score.worst()[1] < alarm(2, FAST_CHANCE), score.hits


def test_with_a_trustee_even_the_ledgers_key_links_nobody(
    sqlite_installation: tuple[Stores, Settings],
) -> None:
    with survey(*sqlite_installation, [15], trustee=spare_keys()[-1]) as made:
        found = play(made, seed=3)
    assert any(name.endswith("ledger.key") for name in found.evidence.secrets)
    assert not any(name.endswith("box.pem") for name in found.evidence.secrets)
    # The attacker sees in full who collected a ballot at which commit, and still has no answer.
    assert len(list(ledgers.opened(found.evidence))) == 15
    score = Score()
    score.add(found.evidence, found.truth)
    assert score.worst()[1] < alarm(1, FAST_CHANCE), score.hits


def test_while_a_round_is_open_no_change_mentions_anybody(played: tuple[Survey, Played]) -> None:
    evidence = played[1].evidence
    names = {name for person in evidence.people for name in person.names}
    closed = max(at for at, _ in evidence.clicks) + DAY
    found = [c.row.table for c in evidence.changes if c.at < closed and c.row.mentions() & names]
    assert found == []
    assert list(ledgers.differing(evidence)) == []
    assert list(ledgers.opened(evidence)) == []


def test_what_backups_hold_contains_no_key(
    installation: tuple[Stores, Settings], played: tuple[Survey, Played]
) -> None:
    stores, settings = installation
    with survey(stores, settings, [5]) as made:
        folder = settings.keys_folder / made.key
        keys = {path.name: path.read_bytes() for path in folder.iterdir()}
        secret = [keys["invitation.key"], keys["ledger.key"], b"PRIVATE KEY"]
        for path in data_files(stores, settings):
            assert not any(key in path.read_bytes() for key in secret), path
        assert {"box.pem", "ledger.key", "issuer-1.pem"} <= set(keys)
    assert not (settings.keys_folder / played[0].key).exists()
