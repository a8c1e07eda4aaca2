"""Light and dark: what the browser tests may leave out when they look at a page again."""

from __future__ import annotations

import re
from pathlib import Path

import sop_assess

SHEETS = Path(sop_assess.__file__).parent / "static"
DARK = re.compile(r"prefers-color-scheme:\s*\w+\)\s*\{\s*([^{}]*)\{([^{}]*)\}\s*\}")


def test_the_dark_changes_colours_only() -> None:
    words = "".join(path.read_text(encoding="utf-8") for path in sorted(SHEETS.glob("*.css")))
    found = DARK.findall(words)
    # A block that changes more than the page's own variables is not even found.
    assert len(found) == len(re.findall(r"prefers-color-scheme|light-dark\(", words)) > 0
    for selector, block in found:
        assert selector.strip() == ":root"
        declared = [part.strip() for part in block.split(";") if part.strip()]
        assert [d for d in declared if not re.fullmatch(r"--[\w-]+: (#[0-9a-f]+|none)", d)] == []
