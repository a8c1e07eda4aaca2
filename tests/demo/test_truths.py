"""The planted truths come out, a truth that is switched off disappears, noise stays below."""

from __future__ import annotations

import atexit
import secrets
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import cycle
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select

from sop_assess.assessment.models import Finding
from sop_assess.config import Settings
from sop_assess.db import Stores
from sop_assess.demo import device
from sop_assess.demo.build import build
from sop_assess.demo.device import Promise
from sop_assess.demo.truths import (
    ALL,
    DISPUTED_HANDOFFS,
    HARBOUR,
    HARSH_SHOPPER,
    NUISANCES,
    TRUTHS,
)
from sop_assess.demo.world import World
from sop_assess.release.queries import ReleasedFigure, cells, current_releases
from sop_assess.stores import open_stores
from sop_assess.surveys import blind
from sop_assess.surveys.anonymous import Token
from tests.surveys.round_keys import few_keys


def _unsigned(_: object, promise: Promise, __: str, unit: int) -> Token:
    message = blind.message(secrets.token_bytes(32), promise.round_key, unit)
    return Token(blind.prepare(message, secrets.token_bytes(32)), bytes(384), unit)


@contextmanager
def unsigned_ballots() -> Iterator[None]:
    """Signing takes most of the time and says nothing about truths; other tests sign."""
    made = cycle(few_keys(12))  # one for each unit and for the box, and some to spare
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(device, "collect", _unsigned)
        patch.setattr(blind, "verify", lambda *_: True)
        patch.setattr(rsa, "generate_private_key", lambda *_: next(made))
        yield


ABOUT_TOPICS = [truth for truth in TRUTHS if truth.subject]


class Built:
    """A finished sample company and what can be read from it."""

    def __init__(self, folder: Path, seed: int, holds: Collection[str]) -> None:
        settings = Settings(
            instance=folder, secret_key="a secret that is only used by the tests", jobs="inline"
        )
        self.seed = seed
        with unsigned_ballots():
            self.assessment_id = build(settings, World(seed, holds), say=False)
        self.stores: Stores = open_stores(settings)
        with self.stores.core.reading() as session:
            rows = session.scalars(select(Finding).order_by(Finding.weight.desc()))
            self.findings = {(row.subject, row.topic): row for row in rows}

    def figures(self, statistic: str, **more: str) -> list[ReleasedFigure]:
        """Released figures of one statistic from all sources."""
        ids = [r.id for r in current_releases(self.stores, self.assessment_id)]
        return cells(self.stores, ids, statistic=statistic, **more)

    def harshest(self) -> ReleasedFigure:
        """The shopper with the lowest effect."""
        return min(self.figures("severity"), key=lambda cell: cell.value or 0.0)

    def median_days(self, source: str) -> float:
        """The median wait of a lead from one source."""
        (cell,) = [c for c in self.figures("waits", subject="S1") if c.group == f"source:{source}"]
        return (cell.value or 0.0) / 1440


@cache
def _built(name: str, off: frozenset[str] = frozenset()) -> Built:
    """Each company is built once in a process, in whatever order its tests run."""
    folder = Path(tempfile.mkdtemp(prefix=f"sop-{name}"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Built(folder, secrets.randbelow(10**9), ALL - off)


@pytest.fixture(scope="module", params=range(5), ids="seed{}".format)
def company(request: pytest.FixtureRequest) -> Built:
    return _built(f"company{request.param}")


@pytest.fixture(scope="module", params=range(2), ids=("even off", "odd off"))
def half(request: pytest.FixtureRequest) -> Built:
    """Every other truth is switched off, so that two companies show each of them off."""
    off = {truth.key for n, truth in enumerate(TRUTHS) if n % 2 == request.param}
    built = _built("half", frozenset(off))
    built.off = off  # type: ignore[attr-defined]
    return built


def test_planted_truths_come_out(company: Built) -> None:
    for truth in ABOUT_TOPICS:
        finding = company.findings[truth.subject or "", truth.topic or ""]
        assert finding.polarity == truth.polarity, (company.seed, truth.key, finding.verdicts)
    for place in DISPUTED_HANDOFFS:
        assert company.findings[place, "handoff"].polarity == "disputed", (company.seed, place)


def test_web_leads_wait_two_weeks_and_others_do_not(company: Built) -> None:
    assert 11 <= company.median_days("Web form") <= 17
    assert company.median_days("Phone") < 1


def test_harbour_alone_differs(company: Built) -> None:
    places = {
        cell.group: cell.value
        for cell in company.figures("share", about="m7-equal")
        if cell.group.startswith("location:")
    }
    assert (places.pop(f"location:{HARBOUR}") or 0.0) < 0.5
    assert min(value or 0.0 for value in places.values()) > 0.8


def test_the_harsh_shopper_is_seen(company: Built) -> None:
    cell = company.harshest()
    assert cell.about == HARSH_SHOPPER
    assert (cell.high or 0.0) < -0.5


def test_the_small_unit_is_never_shown(company: Built) -> None:
    for statistic in ("balance", "mean", "share", "distribution", "response"):
        shown = [
            c for c in company.figures(statistic, group="unit:management-office")
            if c.shown != "hidden"
        ]  # fmt: skip
        assert shown == []


def test_no_nuisance_ranks_above_a_truth(company: Built) -> None:
    truths = [
        company.findings[t.subject or "", t.topic or ""].weight
        for t in ABOUT_TOPICS
        if t.polarity == "fails"
    ]
    for nuisance in NUISANCES:
        finding = company.findings.get(nuisance)
        if finding is not None and finding.polarity in ("fails", "disputed"):
            assert finding.weight < min(truths), (company.seed, nuisance, finding.verdicts)


def test_each_truth_has_its_issue(company: Built) -> None:
    from sop_assess.backlog.models import Issue

    with company.stores.core.reading() as session:
        about = {(i.subject, i.topic) for i in session.scalars(select(Issue))}
    assert {(t.subject, t.topic) for t in ABOUT_TOPICS} <= about


def test_a_truth_that_is_switched_off_disappears(half: Built) -> None:
    off: set[str] = half.off  # type: ignore[attr-defined]
    for truth in ABOUT_TOPICS:
        if truth.key in off:
            finding = half.findings.get((truth.subject or "", truth.topic or ""))
            assert finding is None or finding.polarity != truth.polarity, (half.seed, truth.key)
    if "web_leads" in off:
        assert half.median_days("Web form") < 1
    if "harsh_shopper" in off:
        assert (half.harshest().low or 0.0) > -1.0
    if "small_unit" in off:
        assert any(
            c.shown != "hidden" for c in half.figures("mean", group="unit:management-office")
        )
