"""Every released figure as a row of a CSV file, with the rounding it was released with."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from ...db import Stores
from ...release.queries import ReleasedFigure, cells
from ...spreadsheet import write_rows
from ..picture import Picture
from . import Export

HEADER = (
    "release", "source", "edition", "method", "statistic", "about", "subject", "topic", "group",
    "n", "population", "value", "low", "high", "shown", "reason", "detail",
)  # fmt: skip


def build(stores: Stores, picture: Picture) -> bytes:
    """The file, UTF-8 with a byte order mark, texts never formulas."""
    return "".join(write_rows(HEADER, _rows(stores, picture))).encode()


def _rows(stores: Stores, picture: Picture) -> Iterator[tuple[object, ...]]:
    for release in picture.releases:
        for figure in cells(stores, [release.id]):
            yield (release.id, release.source, release.edition, *_row(figure))


def _row(figure: ReleasedFigure) -> tuple[object, ...]:
    detail = orjson.dumps(figure.detail, option=orjson.OPT_SORT_KEYS).decode()
    return (
        figure.method, figure.statistic, figure.about, figure.subject, figure.topic, figure.group,
        figure.n, figure.population, figure.value, figure.low, figure.high, figure.shown,
        figure.reason, detail,
    )  # fmt: skip


ENTRY = Export("cells_csv", "Released figures", "text/csv; charset=utf-8", "figures.csv", build)
