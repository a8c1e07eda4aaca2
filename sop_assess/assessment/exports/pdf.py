"""The report as a tagged PDF (PDF/UA-1), typeset by Typst with shipped fonts only."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import orjson

from ...db import Stores
from ..picture import Picture
from ..report_data import chart_rows, content
from . import Export

HERE: Final = Path(__file__).parent
FONTS: Final = HERE.parent / "fonts"
TEMPLATE: Final = HERE / "report.typ"


def build(stores: Stores, picture: Picture) -> bytes:
    """The file; made once per content and kept beside the other files of the installation."""
    data = content(stores, picture)
    rows = chart_rows(picture)
    digest = hashlib.sha256(TEMPLATE.read_bytes() + orjson.dumps([data, rows])).hexdigest()
    kept = stores.files / "reports" / f"{digest}.pdf"
    if kept.is_file():
        return kept.read_bytes()
    made = _compile({**data, "chart": _chart(rows, data["words"])}, picture)
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(".partial")
    partial.write_bytes(made)
    partial.replace(kept)
    return made


def _compile(data: dict[str, Any], picture: Picture) -> bytes:
    import typst

    moments = [release.released_at for release in picture.releases]
    compiled = typst.compile(
        str(TEMPLATE), root=str(HERE), font_paths=[str(FONTS)], ignore_system_fonts=True,
        sys_inputs={"report": orjson.dumps(data).decode()}, pdf_standards=["ua-1"],
        timestamp=int(max(moments).timestamp()) if moments else 0,
    )  # fmt: skip
    return bytes(compiled)


def _chart(rows: list[list[Any]], words: dict[str, str]) -> dict[str, str] | None:
    if len(rows) < 2:
        return None
    # Matplotlib is heavy: it is imported when a new report is made, never before.
    from ...analysis.charts import interval_chart

    lines = [tuple(row) for row in rows]
    svg = interval_chart(lines, words["chart"], words["chart_alt"], words["chart_unit"])
    return {
        "svg": svg.replace("<svg ", '<svg font-family="Noto Sans" ', 1),
        "alt": words["chart_alt"],
    }


ENTRY = Export("pdf", "Report", "application/pdf", "report.pdf", build)
