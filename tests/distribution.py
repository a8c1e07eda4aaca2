"""How the tests are shared out among processes: what is dear to make is made once, long work
starts first.

The mark xdist_group has no effect with pytest 9.2 and pytest-xdist 3.8: every test then goes to
whichever process is free, and each process makes for itself what a file's tests share.
"""

from __future__ import annotations

import re
from typing import Final

from xdist.scheduler import LoadScopeScheduling

# Tests of these share what they attack, which was recorded over a whole round.
TOGETHER: Final = {
    f"tests/attacks/test_{name}.py": "attacks"
    for name in ("crash", "ours", "people", "requests", "stored")
}
# Tests of these need what one parameter asks for, and nothing else that others need as well.
BY_PARAMETER: Final = ("tests/demo/test_truths.py",)
# In the order in which they start: a long file that starts last keeps one process waiting.
LONG_FIRST: Final = ("tests/browser/", "tests/demo/", "tests/analysis/test_guard_attacks.py",
                     "tests/attacks/", "tests/themes/", "tests/benchmarks/")  # fmt: skip


def unit(name: str) -> str:
    """What runs in one process, one after the other; a file, where nothing else is said."""
    path = name.partition("::")[0]
    parameter = re.search(r"\[(.*)\]$", name)
    if path in BY_PARAMETER and parameter:
        return f"{path} {parameter[1]}"
    return TOGETHER.get(path, path)


def place(name: str) -> int:
    """Where a test stands in the order of the run; those that it ties with stay as they are."""
    starts = [n for n, start in enumerate(LONG_FIRST) if name.startswith(start)]
    return starts[0] if starts else len(LONG_FIRST)


class ByUnit(LoadScopeScheduling):
    """Gives each process one unit after the other, in the order in which tests were found."""

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)
