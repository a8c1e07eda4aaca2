"""QR codes as inline SVG: shapes and attributes only, no style, dark on white in every theme."""

from __future__ import annotations

from itertools import groupby

import segno
from markupsafe import Markup, escape

_QUIET_ZONE = 4


def qr_svg(text: str, title: str) -> Markup:
    """The QR code of a text with a title for screen readers."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    path = "".join(_runs(y, row) for y, row in enumerate(rows))
    start, size = -_QUIET_ZONE, len(rows) + 2 * _QUIET_ZONE
    return Markup(
        '<svg class="qr" width="200" height="200" viewBox="{0} {0} {1} {1}" role="img" '
        'shape-rendering="crispEdges">'
        '<title>{2}</title><path fill="#fff" d="M{0} {0}h{1}v{1}h-{1}z"/>'
        '<path fill="#000" d="{3}"/></svg>'
    ).format(start, size, escape(title), Markup(path))  # noqa: S704 the path holds digits only


def _runs(y: int, row: list[int]) -> str:
    drawn, x = [], 0
    for dark, modules in groupby(row):
        width = len(list(modules))
        if dark:
            drawn.append(f"M{x} {y}h{width}v1h-{width}z")
        x += width
    return "".join(drawn)
