"""How one question was answered, in words, from its released figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..instruments.definition import Leaf, words
from ..release.queries import ReleasedFigure
from .amounts import (
    duration,
    duration_range,
    number,
    percent,
    sample,
    shares_range,
)
from .contrasts import wilson_low

# Of several figures of one question the last in this list is told.
ANSWERED: Final = ("distribution", "median", "mean", "share")
OPTIONS: Final = 3


def answered(figure: ReleasedFigure, leaf: Leaf) -> str:
    """The figure of a question with its n and range."""
    if figure.shown == "hidden":
        return _("too few answers to be shown")
    if figure.shown == "band":
        return f"{band_words(figure.detail)}, {sample(None)}"
    if figure.statistic == "distribution":
        return _options(figure, leaf)
    if figure.value is None:
        return _("nobody answered")
    if figure.statistic == "share":
        return _("%(share)s yes (%(range)s), %(n)s", share=percent(figure.value),
                 range=shares_range(figure.low, figure.high), n=sample(figure.n))  # fmt: skip
    return _median(figure, leaf) if figure.statistic == "median" else _mean(figure)


def band_words(detail: Mapping[str, Any]) -> str:
    """Where five to nine answers lie."""
    return str(_BANDS.get(str(detail.get("band")), _l("in the middle band")))


def _options(figure: ReleasedFigure, leaf: Leaf) -> str:
    shares: Mapping[str, float] = figure.detail.get("shares") or {}
    if not shares or not figure.n:
        return _("too few answers to show single options, %(n)s", n=sample(figure.n))
    texts = {option.code: words(option.text, _language()) for option in leaf.options}
    largest = sorted(shares.items(), key=lambda one: (-one[1], one[0]))[:OPTIONS]
    parts = [f"{texts.get(code, code)} {_share(share, figure.n)}" for code, share in largest]
    return f"{'; '.join(parts)}, {sample(figure.n)}"


def _share(share: float, n: int) -> str:
    low, high = wilson_low(share * n, n), 1 - wilson_low((1 - share) * n, n)
    return f"{percent(share)} ({shares_range(low, high)})"


def _median(figure: ReleasedFigure, leaf: Leaf) -> str:
    value, low, high = figure.value or 0.0, figure.low, figure.high
    if leaf.type == "duration":
        return _("median %(value)s (%(range)s), %(n)s", value=duration(value), n=sample(figure.n),
                 range=duration_range(value, low, high))  # fmt: skip
    unit = words(leaf.item.unit, _language()) if leaf.item.unit else ""
    ends = (value if low is None else low, value if high is None else high)
    return _("median %(value)s %(unit)s (%(low)s to %(high)s), %(n)s", value=number(value, 1),
             unit=unit, low=number(ends[0], 1), high=number(ends[1], 1),
             n=sample(figure.n)).replace("  ", " ")  # fmt: skip


def _mean(figure: ReleasedFigure) -> str:
    lowest, highest = figure.detail.get("scale", (1, 5))
    ends = (lowest if figure.low is None else figure.low,
            highest if figure.high is None else figure.high)  # fmt: skip
    mean = _(
        "%(mean)s on a scale from %(lowest)s to %(highest)s (%(low)s to %(high)s), %(n)s",
        mean=number(figure.value or 0.0, 2), lowest=number(lowest), highest=number(highest),
        low=number(ends[0], 2), high=number(ends[1], 2), n=sample(figure.n),
    )  # fmt: skip
    if "favourable" not in figure.detail:
        return mean
    return _("%(good)s favourable, %(bad)s unfavourable; %(mean)s", mean=mean,
             good=percent(figure.detail["favourable"]),
             bad=percent(figure.detail["unfavourable"]))  # fmt: skip


def _language() -> str:
    return str(get_locale() or "en").split("_")[0]


_BANDS: Final = {
    "very_low": _l("in the lowest band"), "low": _l("in a low band"),
    "high": _l("in a high band"), "very_high": _l("in the highest band"),
}  # fmt: skip
