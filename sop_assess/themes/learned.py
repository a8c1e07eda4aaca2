"""What the corrections of people taught: learnt, kept as JSON, and compared with what is now. Pure.

Nothing here changes a set: a proposal is for a person to take or not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from ..analysis.results import Result
from ..analysis.text.clean import NON_ANSWER
from ..analysis.text.curated import ELSEWHERE, Curated
from ..analysis.text.learning import LEAST_COMMENTS, Learned, learn, propose
from ..errors import TooFewError
from ..jobs import Progress, part_of
from .measured import Measured

BLOCK: Final = 2000
# The part of the work that learning takes; then every other comment gets its proposal.
_LEARNT: Final = 0.6


@dataclass(frozen=True)
class Figures:
    """How far proposals can be trusted, all from comments that were held back. `right` of `made`
    proposals are what the person said, with the interval of that share."""

    macro_f1: float
    low: float
    high: float
    majority_f1: float
    proposed: float
    right: float | None
    right_low: float | None
    right_high: float | None
    made: int

    @property
    def doubtful(self) -> bool:
        """Whether this is not clearly better than always proposing the commonest label."""
        return self.low <= self.majority_f1


@dataclass(frozen=True)
class Taught:
    """What `n` corrected comments taught; no figures where too few labels were among them. The
    proposals are different texts with a label and its probability, most probable first."""

    n: int
    classes: Sequence[str] = ()
    left_out: Sequence[str] = ()
    caveat: str | None = None
    figures: Figures | None = None
    texts: Sequence[int] = ()
    labels: Sequence[str] = ()
    probabilities: Sequence[float] = ()


@dataclass(frozen=True)
class Suggestion:
    """One different comment and what it was proposed to be; `now` is its theme's key or side."""

    text: int
    label: str
    probability: float
    now: str


Taughts = Mapping[str, Taught | None]


def corrections(curated: Curated) -> dict[str, dict[int, str]]:
    """What people said of different texts: the theme that they belong to, and their side."""
    placed = {text: to for text, to in curated.moved.items() if to not in ELSEWHERE}
    return {"theme": placed, "polarity": dict(curated.judged)}


def enough(curated: Curated) -> bool:
    """Whether there is something to learn from."""
    return any(len(given) >= LEAST_COMMENTS for given in corrections(curated).values())


def taught(measured: Measured, role: str, run: Mapping[str, Any], tell: Progress) -> Taughts:
    """What both kinds of corrections teach; None for a kind with too few of them."""
    given = corrections(measured.curated)
    kinds = [kind for kind in given if len(given[kind]) >= LEAST_COMMENTS]
    found: dict[str, Taught | None] = dict.fromkeys(given)
    for place, kind in enumerate(kinds):
        part = part_of(tell, place / len(kinds), (place + 1) / len(kinds))
        found[kind] = _taught(measured, role, kind, given[kind], run, part)
    return found


def suggestions(measured: Measured, role: str, found: Taughts) -> dict[str, list[Suggestion]]:
    """The proposals that still say something new, by kind: nobody corrected the comment since, the
    theme is still there, and the comment is not there already."""
    return {kind: _open(measured, role, kind, one) if one else [] for kind, one in found.items()}


def to_bytes(found: Taughts, day: str, seed: int) -> bytes:
    """What was learnt, as it is kept."""
    kept: dict[str, Any] = {kind: asdict(one) if one else None for kind, one in found.items()}
    return json.dumps({**kept, "day": day, "seed": seed}).encode()


def from_bytes(content: bytes) -> tuple[Taughts, str]:
    """What `to_bytes` kept, and the day of it."""
    kept = json.loads(content)
    return {kind: _read(kept[kind]) for kind in ("theme", "polarity")}, str(kept["day"])


def _taught(
    measured: Measured, role: str, kind: str, given: Mapping[int, str], run: Mapping[str, Any],
    tell: Progress,
) -> Taught:  # fmt: skip
    texts, rows = measured.curated.sorting.texts, sorted(given)
    labels = [given[row] for row in rows]
    try:
        model = learn([texts[row] for row in rows], labels, str(run["language"]), int(run["seed"]),
                      lambda share: tell(_LEARNT * share, kind))  # fmt: skip
    except TooFewError:
        return Taught(len(rows))
    now = _now(measured, role, kind)
    said = _proposed(model, texts, _uncorrected(measured, kind), part_of(tell, _LEARNT, 1.0), kind)
    said = {text: one for text, one in said.items() if one[0] != now[text]}
    order = sorted(said, key=lambda text: (-said[text][1], text))
    return Taught(
        n=len(rows), classes=model.classes, left_out=model.left_out, caveat=model.caveat,
        figures=_figures(model), texts=order, labels=[said[text][0] for text in order],
        probabilities=[said[text][1] for text in order],
    )  # fmt: skip


def _proposed(
    model: Learned, texts: Sequence[str], rows: Sequence[int], tell: Progress, kind: str
) -> dict[int, tuple[str, float]]:
    """The label and its probability of every text that gets a proposal."""
    found = {}
    for start in range(0, len(rows), BLOCK):
        tell(start / len(rows), kind)
        block = rows[start : start + BLOCK]
        for text, one in zip(block, propose(model, [texts[i] for i in block]), strict=True):
            if one.label is not None:
                found[text] = (one.label, round(one.probability, 3))
    return found


def _figures(model: Learned) -> Figures:
    right = model.right or Result(0, None)
    return Figures(model.macro_f1, model.low, model.high, model.majority_f1, model.proposed,
                   right.value, right.low, right.high, right.n)  # fmt: skip


def _now(measured: Measured, role: str, kind: str) -> list[str]:
    """Where every different text is now: its theme's key or what lies outside, or its side."""
    if kind == "polarity":
        return [role] * len(measured.text_labels)
    names = [theme.key for theme in measured.curated.themes] + ["non_answer", "unplaced"]
    return [names[label] for label in measured.text_labels.tolist()]


def _uncorrected(measured: Measured, kind: str) -> list[int]:
    """Different texts that say something and that nobody put anywhere, or judged."""
    state = measured.curated
    said = state.moved if kind == "theme" else state.judged
    labels = measured.text_labels.tolist()
    return [text for text, label in enumerate(labels) if label != NON_ANSWER and text not in said]


def _open(measured: Measured, role: str, kind: str, one: Taught) -> list[Suggestion]:
    left, now = set(_uncorrected(measured, kind)), _now(measured, role, kind)
    known = {theme.key for theme in measured.curated.themes} if kind == "theme" else {*one.classes}
    rows = zip(one.texts, one.labels, one.probabilities, strict=True)
    return [
        Suggestion(text, label, probability, now[text])
        for text, label, probability in rows
        if text in left and label in known and now[text] != label
    ]


def _read(kept: Mapping[str, Any] | None) -> Taught | None:
    if kept is None:
        return None
    figures = Figures(**kept["figures"]) if kept["figures"] else None
    return Taught(**{**kept, "figures": figures})
