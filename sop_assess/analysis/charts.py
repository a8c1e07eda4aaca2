"""Charts as SVG that a page may carry under a strict content-security policy.

Matplotlib draws; `_cleaned` turns style attributes into presentation attributes, ink into
`currentColor`, and makes ids unique by content, so that charts follow the page's colours and
several fit on one page. Text stays text and takes the page's font.
"""

from __future__ import annotations

import hashlib
import io
import re
import textwrap
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes

IntervalRow = tuple[str, float | None, float | None, float | None, int | None]
BarRow = tuple[str, float | None, int | None]

# Stands for the page's ink until it becomes currentColor; nothing else is drawn in it.
_INK: Final = "#010203"
# At least 3:1 against a white and a near-black page.
_ACCENT: Final = "#2a8a96"
_SVG: Final = "http://www.w3.org/2000/svg"
_LINK: Final = "{http://www.w3.org/1999/xlink}href"
_WIDTH: Final = 6.0
# Typed as Any because matplotlib lists every setting it knows as a literal.
_SETTINGS: Final[Any] = {
    # A label may hold two dollar signs without being a formula.
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "sop_assess",
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
}


def interval_chart(
    rows: Sequence[IntervalRow], title: str, description: str, unit: str = ""
) -> str:
    """A dot with its interval per row, first row on top: (label, value, low, high, n).

    Values in the unit that is printed on the axis. A row without a value says that it is not
    shown; one without bounds has a dot alone.

    >>> interval_chart([("Site A", 80, 60, 90, 12)], "Quotes", "Quotes in time", "%")[:5]
    '<svg '
    """

    def draw(axes: Axes) -> None:
        _grid(axes)
        for place, (_, value, low, high, _) in enumerate(rows):
            if value is None:
                _not_shown(axes, place)
                continue
            if low is not None and high is not None:
                axes.plot([low, high], [place, place], color=_ACCENT, linewidth=2.5)
            axes.plot([value], [place], marker="o", markersize=7, color=_ACCENT)

    labels = [_with_n(label, n) for label, _, _, _, n in rows]
    return _rows_chart(labels, draw, title, description, unit)


def bar_chart(rows: Sequence[BarRow], title: str, description: str, unit: str = "") -> str:
    """A bar from zero per row, first row on top: (label, value, n), the value at its end.

    >>> bar_chart([("Call", 40, 5), ("Wait", None, None)], "Time", "Shares", "%")[:5]
    '<svg '
    """

    def draw(axes: Axes) -> None:
        _grid(axes)
        for place, (_, value, _) in enumerate(rows):
            if value is None:
                _not_shown(axes, place)
                continue
            axes.barh(place, value, height=0.55, color=_ACCENT)
            axes.annotate(f"{value:.3g}", (value, place), (4, 0), textcoords="offset points",
                          va="center")  # fmt: skip
        axes.margins(x=0.12)

    labels = [_with_n(label, n) for label, _, n in rows]
    return _rows_chart(labels, draw, title, description, unit)


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    title: str,
    description: str,
    unit: str = "",
) -> str:
    """A cell per row and column, darker for larger; the value stands in it, a dash for none.

    values : (n_rows, n_columns). Colour runs from the smallest to the largest value.

    >>> heat_map(["S1"], ["Mail", "Web"], [[2, None]], "Waits", "Days by source", "days")[:5]
    '<svg '
    """
    from matplotlib.patches import Rectangle

    known = [value for line in values for value in line if value is not None]
    lowest = min(known, default=0.0)
    spread = (max(known, default=0.0) - lowest) or 1.0

    def draw(axes: Axes) -> None:
        for y, line in enumerate(values):
            for x, value in enumerate(line):
                depth = 0.0 if value is None else 0.1 + 0.6 * (value - lowest) / spread
                axes.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=_ACCENT,
                                         alpha=depth, linewidth=0))  # fmt: skip
                text = "–" if value is None else f"{value:.3g}"
                axes.text(x, y, text, ha="center", va="center")
        axes.set_xlim(-0.5, max(len(columns), 1) - 0.5)
        axes.set_xticks(range(len(columns)), columns)
        axes.tick_params(axis="x", length=0)
        axes.spines["bottom"].set_visible(False)

    return _rows_chart(rows, draw, title, description, unit)


def _with_n(label: str, n: int | None) -> str:
    short = textwrap.fill(label, 30, max_lines=2, placeholder="…")
    return short if n is None else f"{short} (n {n})"


def _grid(axes: Axes) -> None:
    axes.grid(axis="x", color=_INK, alpha=0.15, linewidth=0.8)
    axes.set_axisbelow(True)


def _not_shown(axes: Axes, place: int) -> None:
    # The page's legend explains the dash; a word here could not be translated.
    axes.annotate("–", (0.02, place), xycoords=("axes fraction", "data"), va="center")


def _rows_chart(
    labels: Sequence[str],
    draw: Callable[[Axes], None],
    title: str,
    description: str,
    unit: str,
) -> str:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    if not title or not description:
        raise ValueError("A chart needs a title and a description.")
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(_WIDTH, 0.7 + 0.36 * max(len(labels), 1)), layout="constrained")
        axes = figure.subplots()
        draw(axes)
        axes.set_yticks(range(len(labels)), labels)
        axes.set_ylim(max(len(labels), 1) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(unit)
        figure.savefig(buffer, format="svg", transparent=True, metadata=nothing)
    return _cleaned(buffer.getvalue(), title, description)


def _cleaned(raw: str, title: str, description: str) -> str:
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    # The text was drawn a moment ago by this process: nothing foreign is parsed here.
    root = ET.fromstring(raw)  # noqa: S314
    name = "c" + hashlib.sha256(f"{raw}\0{title}\0{description}".encode()).hexdigest()[:10]
    for parent in root.iter():
        for child in list(parent):
            if child.tag in {f"{{{_SVG}}}style", f"{{{_SVG}}}metadata"}:
                parent.remove(child)
    for element in root.iter():
        _present(element)
        _rename(element, name)
    _describe(root, name, title, description)
    return ET.tostring(root, encoding="unicode")


def _present(element: ET.Element) -> None:
    """Turn a style attribute into presentation attributes, and ink into currentColor."""
    for part in element.attrib.pop("style", "").split(";"):
        key, _, value = (text.strip() for text in part.partition(":"))
        if key == "font":
            size = re.search(r"[\d.]+px", value)
            element.set("font-size", size.group() if size else "11px")
        elif key and key != "font-family":
            element.set(key, value)
    for key in ("fill", "stroke"):
        if element.get(key, "").lower() == _INK:
            element.set(key, "currentColor")


def _rename(element: ET.Element, name: str) -> None:
    for key, value in list(element.attrib.items()):
        if key == "id":
            element.set(key, f"{name}-{value}")
        elif key in {_LINK, "href"} and value.startswith("#"):
            element.set(key, f"#{name}-{value[1:]}")
        elif "url(#" in value:
            element.set(key, value.replace("url(#", f"url(#{name}-"))


def _describe(root: ET.Element, name: str, title: str, description: str) -> None:
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    root.attrib.update({
        "role": "img", "class": "chart", "aria-labelledby": f"{name}-title {name}-desc",
        "stroke-linejoin": "round", "stroke-linecap": "butt",
    })  # fmt: skip
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ET.Element(f"{{{_SVG}}}{tag}", {"id": f"{name}-{tag}"})
        element.text = text
        root.insert(place, element)
