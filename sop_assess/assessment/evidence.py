"""Evidence: the released figures behind one place and topic, as facts that can be put into words.

A fact is plain data, so that the page can say it in the reader's language; what is stored beside
it as a sentence is what an issue keeps as its snapshot. Pure: no Flask, no SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ..instruments.definition import place_of
from .contrasts import outlying_location, slower_source

if TYPE_CHECKING:
    from ..release.queries import ReleasedFigure

READINGS: Final = ("balance", "marks", "checks", "standards")
# Who says it, in the order in which pages show it.
METHODS: Final = ("survey", "interview", "shadow", "shop")
IMPORT: Final = "import"
SIDES: Final = ("giver", "receiver")


@dataclass(frozen=True)
class Fact:
    """One thing that a method says, with the figures that say it."""

    method: str
    kind: str
    data: Mapping[str, Any]
    n: int | None = None
    cell: int | None = None

    def to_json(self, sentence: str) -> dict[str, Any]:
        """Plain data for the store, with its sentence."""
        return {"method": self.method, "kind": self.kind, "data": dict(self.data), "n": self.n,
                "cell": self.cell, "sentence": sentence}  # fmt: skip

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Fact:
        """The fact that `to_json` wrote."""
        return cls(stored["method"], stored["kind"], stored["data"], stored.get("n"),
                   stored.get("cell"))  # fmt: skip


@dataclass(frozen=True)
class Quote:
    """Somebody's words, masked and agreed to where that is needed."""

    text: str
    method: str
    source: str
    theme: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data for the store."""
        return {"text": self.text, "method": self.method, "source": self.source,
                "theme": self.theme}  # fmt: skip


@dataclass(frozen=True)
class Index:
    """Released figures, found by what they are about; built once per computation."""

    figures: Sequence[ReleasedFigure]
    _by_topic: dict[tuple[str, str], list[ReleasedFigure]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for figure in self.figures:
            if figure.subject and figure.topic:
                key = (place_of(figure.subject), figure.topic)
                self._by_topic.setdefault(key, []).append(figure)

    def of_topic(self, place: str, topic: str) -> list[ReleasedFigure]:
        """All figures of a place and topic, sides of a hand-off included."""
        return self._by_topic.get((place, topic), [])

    def places(self) -> set[tuple[str, str]]:
        """Every (place, topic) that some reading has a figure for."""
        return {
            key
            for key, figures in self._by_topic.items()
            if any(f.statistic in READINGS and not f.about for f in figures)
        }

    def reading(self, place: str, topic: str, method: str) -> ReleasedFigure | None:
        """The method's whole figure: of several rounds the one with the most behind it."""
        found = [
            f for f in self.of_topic(place, topic)
            if f.method == method and f.statistic in READINGS and not f.about
            and f.group == "all" and f.subject == place
        ]  # fmt: skip
        return max(found, key=lambda f: (f.shown != "hidden", f.n or 0, f.id), default=None)

    def side(self, place: str, topic: str, method: str, side: str) -> ReleasedFigure | None:
        """What givers, or receivers, of a hand-off say."""
        found = [
            f for f in self.of_topic(place, topic)
            if f.method == method and f.statistic in READINGS and not f.about
            and f.group == "all" and f.subject == f"{place}:{side}"
        ]  # fmt: skip
        return max(found, key=lambda f: (f.n or 0, f.id), default=None)

    def locations(self, place: str, topic: str) -> list[ReleasedFigure]:
        """What shoppers found at each place that customers meet."""
        return [
            f for f in self.of_topic(place, topic)
            if f.statistic == "standards" and not f.about and f.subject == place
            and f.group.startswith("location:")
        ]  # fmt: skip

    def of(self, statistic: str) -> list[ReleasedFigure]:
        """All figures of one statistic."""
        return [figure for figure in self.figures if figure.statistic == statistic]


def facts_of(index: Index, place: str, topic: str) -> list[Fact]:
    """What the methods and the company's own records say about a place and topic."""
    facts = [fact for wait in waits_at(index, place, topic) for fact in _wait_facts(index, wait)]
    for method in METHODS:
        figure = index.reading(place, topic, method)
        if figure is not None:
            facts.append(fact_of(figure))
            facts += _sides(index, place, topic, method)
        if method == "shop":
            facts += _outlying_place(index, place, topic)
    return facts


def fact_of(figure: ReleasedFigure, kind: str | None = None, **more: Any) -> Fact:
    """The fact of one released figure; carries what its sentence needs and nothing else."""
    data = {
        "value": figure.value, "low": figure.low, "high": figure.high, "shown": figure.shown,
        "population": figure.population, **figure.detail, **more,
    }  # fmt: skip
    return Fact(figure.method, kind or figure.statistic, data, figure.n, figure.id)


def _sides(index: Index, place: str, topic: str, method: str) -> list[Fact]:
    """What givers and receivers say; observers and shoppers stand on no side."""
    if ">" not in place or method not in {"survey", "interview"}:
        return []
    found = ((side, index.side(place, topic, method, side)) for side in SIDES)
    return [fact_of(f, "side", side=s) for s, f in found if f is not None and f.shown != "hidden"]


def _outlying_place(index: Index, place: str, topic: str) -> list[Fact]:
    outlier = outlying_location(index.locations(place, topic))
    if outlier is None:
        return []
    figure, passed, judged = outlier
    name = figure.group.partition(":")[2]
    return [fact_of(figure, "place", location=name, others_passed=passed, others_judged=judged)]


def stages_in(subject: str) -> tuple[str, ...]:
    """The stage of a subject, or both stages of a hand-off.

    >>> stages_in("S4>S5"), stages_in("S3")
    (('S4', 'S5'), ('S3',))
    """
    return tuple(place_of(subject).split(">"))


def waits_at(index: Index, place: str, topic: str) -> list[ReleasedFigure]:
    """Waits of steps at this place: they speak about response times and about hand-offs."""
    found = []
    for figure in index.of("waits"):
        if figure.group != "all" or not figure.subject or figure.value is None:
            continue
        about = place_of(figure.subject)
        here = about == place and (topic == "response_time" or ">" in place)
        if here or (topic == "response_time" and stages_in(figure.subject)[0] == place):
            found.append(figure)
    return found


def _wait_facts(index: Index, wait: ReleasedFigure) -> Iterable[Fact]:
    slower = slower_source(index.of("waits"), wait)
    if slower is None:
        yield fact_of(wait, "wait")
        return
    others = slower.others
    yield fact_of(
        slower.cell, "slow_source", source=slower.source, share=slower.share,
        step=wait.detail.get("step", wait.about),
        other=others.group.partition(":")[2] if others else None,
        other_value=others.value if others else None, other_low=others.low if others else None,
        other_high=others.high if others else None, other_n=others.n if others else None,
    )  # fmt: skip


def quotes_of(index: Index, place: str, polarity: str, limit: int = 6) -> list[Quote]:
    """Words about this place: from interviews and observers first, then from staff comments.

    What works is told by what people want to keep, what fails by problems, a dispute by both.
    """
    roles = {"works": {"keep"}, "fails": {"problem", "note"}}.get(
        polarity, {"keep", "problem", "note"}
    )
    notes = [
        Quote(str(f.detail.get("text", "")), f.method, str(f.detail.get("who") or ""))
        for f in _at(index.of("note"), place)
        if f.detail.get("role") in roles
    ]
    themes = {(f.release_id, f.about): f.detail for f in index.of("theme")}
    comments = []
    for figure in _at(index.of("quote"), place):
        theme = themes.get((figure.release_id, figure.about), {})
        if (theme.get("role") or _list_role(figure.about)) in roles:
            name = theme.get("name")
            comments.append(Quote(str(figure.detail.get("text", "")), figure.method,
                                  str(figure.detail.get("who") or ""), name))  # fmt: skip
    notes = _distinct(notes)
    told = {note.text for note in notes}
    comments = [quote for quote in _distinct(comments) if quote.text not in told]
    half = max(limit // 2, limit - len(comments))
    return [*notes[:half], *comments[: limit - len(notes[:half])]]


def _distinct(quotes: Sequence[Quote]) -> list[Quote]:
    return list({quote.text: quote for quote in quotes}.values())


def _at(figures: Sequence[ReleasedFigure], place: str) -> list[ReleasedFigure]:
    stages = stages_in(place)
    return [f for f in figures if f.shown != "hidden" and f.subject in stages]


def _list_role(about: str) -> str:
    return "keep" if about.startswith("k-") else "problem"


def themes_of(index: Index, place: str) -> list[ReleasedFigure]:
    """The themes whose comments mostly name a stage of this place, largest first."""
    return sorted(_at(index.of("theme"), place), key=lambda f: -(f.n or 0))
