"""The command line's way of doing runs again: one line a set."""

from __future__ import annotations

import sys

from ..assessment.queries import current_assessment
from ..db import Stores
from ..errors import NotFoundError
from .verifying import Verified, verify


def verify_themes(stores: Stores, assessment_id: int | None) -> tuple[str, bool]:
    """What came of sorting every set again, in words, and whether all themes are the same."""
    number = assessment_id
    if number is None:
        newest = current_assessment(stores)
        if newest is None:
            raise NotFoundError("There is no assessment yet. Start one in the browser first.")
        number = newest.id
    found = list(verify(stores, number, _show))
    print(file=sys.stderr)
    lines = [_line(one) for one in found] or ["There are no themes yet."]
    return "\n".join(lines), all(one.same for one in found)


def _line(one: Verified) -> str:
    which = f"{one.source}, {one.role}, {one.language}: {one.comments} comments, "
    if not one.unchanged:
        return f"{which}which are not those that were sorted. Release the source again."
    told = "the same themes" if one.same else "OTHER THEMES"
    changed = ", ".join(f"{name} {was} then, {now} now"
                        for name, (was, now) in one.versions.items())  # fmt: skip
    return f"{which}{told}" + (f" (versions differ: {changed})." if changed else ".")


def _show(share: float, message: str) -> None:
    print(f"\r{share:4.0%} {message:<40}", end="", file=sys.stderr, flush=True)
