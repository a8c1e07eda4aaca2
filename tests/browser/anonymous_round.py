"""Anonymous rounds on the site of the browser tests, with keys and a signer that cost little."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select

from sop_assess.instruments.answer_models import Ballot
from sop_assess.instruments.models import Round
from sop_assess.release.job import release_round
from sop_assess.release.opening import open_ballots
from sop_assess.roster.models import SealedLedger
from sop_assess.surveys.closing import end_issuing
from sop_assess.surveys.keys import KeyFolder
from sop_assess.surveys.launching import cards_of, launch
from sop_assess.surveys.ledger import Ledger
from sop_assess.surveys.queries import door_of
from tests.surveys.conftest import SignsHere, Survey, make_survey
from tests.surveys.round_keys import few_keys

from .conftest import LiveServer


def quiet(share: float, message: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class OpenRound:
    """An anonymous round that is open on a running site, with the cards of its units."""

    site: LiveServer
    survey: Survey
    fragment: str
    words: tuple[str, ...]
    cards: dict[int, list[str]]

    @property
    def address(self) -> str:
        return f"{self.site.url}/s/{self.survey.key}"

    def link(self, unit: int = 2, card: int = 0) -> str:
        """The address in an invitation."""
        return f"{self.address}#c={self.cards[unit][card]}&u={unit}&m={self.fragment}"

    def boxes(self) -> list[bytes]:
        """What lies in the ballot box of the round."""
        query = select(Ballot.box).where(Ballot.round_key == self.survey.key)
        with self.site.stores.ballot.reading() as session:
            return list(session.scalars(query))

    def issued(self) -> tuple[int, int]:
        """How many ballots were given out, and how many of them again."""
        with self.site.stores.identity.reading() as session:
            box = session.get_one(SealedLedger, self.survey.key).box
        key = KeyFolder(self.site.stores.keys).ledger_key(self.survey.key)
        ledger = Ledger(key, box, self.survey.key)
        return ledger.issued, ledger.reissued

    def close(self, *, release: bool = True) -> None:
        """Close the round and release its first figures."""
        end_issuing(self.site.stores, quiet, self.survey.round_id)
        open_ballots(self.site.stores, self.survey.round_id, now=datetime.now(UTC))
        if release:
            release_round(self.site.stores, quiet, self.survey.round_id)


def open_round(site: LiveServer, label: str = "anonymous", **options: object) -> OpenRound:
    """A new anonymous round on the site."""
    now = datetime.now(UTC)
    survey = make_survey(
        site.stores, now=now, access="codes", label=label, opened=False,
        closes_at=now + timedelta(days=9), **options,
    )  # fmt: skip
    site.app.extensions["surveys.signer"] = lambda: SignsHere(KeyFolder(site.stores.keys))
    made = cycle(few_keys(3))
    with patch.object(rsa, "generate_private_key", lambda *_: next(made)):
        launch(site.stores, survey.round_id, now=now)
    door = door_of(site.stores, survey.round_id)
    assert door is not None
    with site.stores.core.reading() as session:
        policy = session.get_one(Round, survey.round_id).policy
    cards = {number: cards_of(site.stores, door, unit) for number, unit in enumerate(door.units, 1)}
    return OpenRound(
        site, replace(survey, door=door), policy["fragment"], tuple(policy["words"]), cards
    )
