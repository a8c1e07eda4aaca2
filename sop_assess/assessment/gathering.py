"""What findings are derived from: released cells, and which instrument asked about what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ..db import Stores
from ..instruments.definition import Leaf, place_of
from ..instruments.registries import QUESTIONS
from ..instruments.service import definition_of, rounds_of
from ..release.queries import ReleasedFigure, ReleaseView, cells
from .evidence import METHODS
from .models import Assessment

NEEDED: Final = ("balance", "marks", "checks", "standards", "waits", "theme", "quote", "note")
JUDGED: Final[Mapping[str, frozenset[str]]] = {
    "survey": frozenset({"ordinal", "fact", "rating"}), "interview": frozenset({"ordinal", "fact"}),
    "shadow": frozenset({"fact"}), "shop": frozenset({"fact"}),
}  # fmt: skip
Asked = Mapping[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True)
class Inputs:
    """What findings are derived from. `asked`: by method, the (place, topic) pairs that its
    released instruments asked about. `chosen`: the assessment's methods."""

    figures: Sequence[ReleasedFigure]
    asked: Asked
    chosen: Sequence[str] = METHODS
    thresholds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    response: float | None = None


def gather(
    stores: Stores,
    assessment_id: int,
    releases: Sequence[ReleaseView],
    *,
    chosen_only_released: bool = False,
) -> Inputs:
    """What the given releases say, ready to derive findings from.

    `chosen_only_released`: leave out methods that none of these releases belongs to.
    """
    with stores.core.reading() as session:
        assessment = session.get_one(Assessment, assessment_id)
        methods, settings = dict(assessment.methods), dict(assessment.settings)
    ids = [release.id for release in releases]
    released = {release.method for release in releases}
    wanted = released if chosen_only_released else released | set(methods.get("chosen", ()))
    chosen = [method for method in METHODS if method in wanted]
    figures = read_figures(stores, ids)
    asked = _asked(stores, assessment_id, releases)
    return Inputs(figures, asked, chosen, settings.get("thresholds", {}), _response(stores, ids))


def read_figures(stores: Stores, release_ids: Sequence[int]) -> list[ReleasedFigure]:
    """The cells that findings rest on; of groups only places and sources are looked at."""
    figures: list[ReleasedFigure] = []
    for statistic in NEEDED:
        group = None if statistic in {"standards", "waits"} else "all"
        figures += cells(stores, release_ids, statistic=statistic, group=group)
    return figures


def _asked(stores: Stores, assessment_id: int, releases: Sequence[ReleaseView]) -> Asked:
    released = {release.source: release.method for release in releases}
    asked: dict[str, set[tuple[str, str]]] = {}
    for found in rounds_of(stores, assessment_id):
        method = released.get(f"round:{found.id}")
        if method is not None:
            topics = asked.setdefault(method, set())
            for leaf in definition_of(stores, found.version_id).leaves:
                if leaf.subject and leaf.topic and _judged(method, leaf):
                    topics.add((place_of(leaf.subject), leaf.topic))
    return {method: frozenset(topics) for method, topics in asked.items()}


def _judged(method: str, leaf: Leaf) -> bool:
    """Whether the method's reading can judge this question; other questions only inform."""
    question = QUESTIONS.get(leaf.type)
    level = question.level if question else ""
    clock = method == "shop" and level == "ratio" and leaf.item.promise is not None
    return clock or level in JUDGED[method]


def _response(stores: Stores, ids: Sequence[int]) -> float | None:
    """The response of all surveys together, weighted by how many were invited."""
    rates = [
        f for f in cells(stores, ids, statistic="response", group="all") if f.value is not None
    ]
    invited = sum(f.population or 0 for f in rates)
    if not invited:
        return None
    return sum((f.value or 0.0) * (f.population or 0) for f in rates) / invited
