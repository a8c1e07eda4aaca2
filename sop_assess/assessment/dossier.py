"""The model of a finding's page: each method on its own scale, its questions, the sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from ..db import Stores
from ..instruments.definition import place_of, words
from ..instruments.registries import KINDS
from ..instruments.service import definition_of
from ..release.queries import ReleasedFigure, cells
from .amounts import percent, points, points_range, sample, shares_range
from .answered import ANSWERED, answered, band_words
from .evidence import READINGS, SIDES, Fact, Index
from .gathering import read_figures
from .picture import Found, Picture
from .results import same_topic

PEOPLE: Final = 30  # more interviewees than this are counted, not drawn


@dataclass(frozen=True)
class Scale:
    """A small drawing: one value with its range on a scale; positions in percent of the width."""

    title: str
    description: str
    at: float
    low: float
    high: float
    zero: float | None
    ends: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """What one method says about a finding."""

    method: str
    name: str
    polarity: str
    prominent: bool
    sentences: tuple[str, ...]
    note: str
    scale: Scale | None = None
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One question behind a finding, and how it was answered."""

    method: str
    text: str
    answer: str


@dataclass(frozen=True)
class SidesRow:
    """One hand-off in the table of hand-offs."""

    found: Found
    giver: str
    receiver: str
    leaders: str


@dataclass(frozen=True)
class Dossier:
    """Everything on a finding's page that is not in the finding itself."""

    blocks: tuple[Block, ...]
    questions: tuple[Question, ...]
    sides: tuple[SidesRow, ...]
    others: tuple[Found, ...]


def dossier(stores: Stores, picture: Picture, found: Found, say: Any) -> Dossier:
    """The evidence of a finding from released cells."""
    blocks = [_block(picture, found, method, say) for method in picture.methods]
    records = [fact for fact in found.facts if fact.kind in {"wait", "slow_source"}]
    if records:
        sentences = tuple(say(fact) for fact in records)
        note = _("Usual error: shows what was written down, not what was not.")
        blocks.insert(0, Block("import", _("Your own records"), "", False, sentences, note))
    joint = ">" in found.subject
    return Dossier(
        tuple(blocks), tuple(_questions(stores, picture, found)),
        tuple(_sides(stores, picture, found)) if joint else (),
        () if joint else tuple(f for f in same_topic(picture, found) if f.spoke),
    )  # fmt: skip


def _block(picture: Picture, found: Found, method: str, say: Any) -> Block:
    kind = KINDS[method]
    name = _(kind.name)
    verdict = found.verdicts.get(method, {"polarity": "not_asked"})
    polarity, prominent = verdict["polarity"], bool(verdict.get("prominent"))
    facts = [f for f in found.facts if f.method == method and f.kind not in {"wait"}]
    if polarity == "not_asked":
        note = _("Not asking is not silence and does not count against the finding.")
        return Block(method, name, polarity, False, (), note)
    sentences = tuple(say(fact) for fact in facts) or (_("Asked, and nobody said anything."),)
    main = next((f for f in facts if f.kind in READINGS), None)
    note = _("Usual error: %(error)s.", error=_(kind.usual_error))
    if main is not None and main.kind == "marks":
        whole = _("These are all who were asked, not a sample.")
        return Block(method, name, polarity, prominent, sentences, f"{whole} {note}",
                     people=_people(main))  # fmt: skip
    return Block(method, name, polarity, prominent, sentences, note,
                 _scale(name, main) if main else None)  # fmt: skip


def _scale(name: str, fact: Fact) -> Scale | None:
    value, low, high = (fact.data.get(key) for key in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return None
    if fact.kind == "balance":
        said = _(
            "Balance of %(value)s points, range %(range)s, from −100, all unfavourable, to +100, "
            "all favourable.", value=points(value), range=points_range(low, high),
        )  # fmt: skip
        ends = (_("all unfavourable"), "0", _("all favourable"))
        at, left, right = ((x + 1) * 50 for x in (value, low, high))
        return Scale(_("%(method)s: balance", method=name), said, at, left, right, 50.0, ends)
    said = _("%(value)s, range %(range)s, from 0 to 100 %%.", value=percent(value),
             range=shares_range(low, high))  # fmt: skip
    at, left, right = (x * 100 for x in (value, low, high))
    none_to_all = (percent(0.0), percent(1.0))
    heading = _("%(method)s: share that passed", method=name)
    return Scale(heading, said, at, left, right, None, none_to_all)


def _people(fact: Fact) -> tuple[str, ...]:
    data = fact.data
    marks = [key for key in ("works", "mixed", "fails") for _i in range(int(data.get(key, 0)))]
    quiet = int(data.get("asked", len(marks))) - len(marks)
    drawn = (*marks, *["silent"] * max(0, quiet))
    return drawn if len(drawn) <= PEOPLE else ()


def _questions(stores: Stores, picture: Picture, found: Found) -> list[Question]:
    """The questions of this place and topic, in the words in which they were asked."""
    figures = {
        (f.release_id, f.about): f
        for statistic in ANSWERED
        for f in cells(
            stores, picture.release_ids, statistic=statistic, topic=found.topic, group="all"
        )
    }
    released = {release.source: release for release in picture.releases}
    asked = []
    for one in picture.rounds:
        release = released.get(f"round:{one.id}")
        if release is None:
            continue
        for leaf in definition_of(stores, one.version_id).leaves:
            here = leaf.subject and place_of(leaf.subject) == found.subject
            figure = figures.get((release.id, leaf.code))
            if here and leaf.topic == found.topic and figure is not None:
                asked.append(Question(one.kind, words(leaf.text, _language()),
                                      answered(figure, leaf)))  # fmt: skip
    return asked


def _sides(stores: Stores, picture: Picture, found: Found) -> list[SidesRow]:
    index = Index(read_figures(stores, picture.release_ids))
    rows = []
    for other in same_topic(picture, found):
        giver, receiver = (
            _favourable(index.side(other.subject, other.topic, "survey", side)) for side in SIDES
        )
        rows.append(SidesRow(other, giver, receiver, _leaders(other.facts)))
    return rows


def _favourable(figure: ReleasedFigure | None) -> str:
    if figure is None:
        return _("not asked")
    if figure.shown == "hidden":
        return _("too few to be shown")
    if figure.shown == "band" or figure.value is None:
        return f"{band_words(figure.detail)}, {sample(None)}"
    return _("%(value)s points (%(range)s), %(n)s", value=points(figure.value), n=sample(figure.n),
             range=points_range(figure.low, figure.high))  # fmt: skip


def _leaders(facts: Sequence[Fact]) -> str:
    fact = next((f for f in facts if f.kind == "marks"), None)
    if fact is None:
        return _("not asked")
    works, asked = int(fact.data.get("works", 0)), int(fact.data.get("asked", 0))
    return ngettext("%(works)s of %(num)s says it works", "%(works)s of %(num)s say it works",
                    asked, works=works)  # fmt: skip


def _language() -> str:
    return str(get_locale() or "en").split("_")[0]
