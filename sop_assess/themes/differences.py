"""What would change, in words: before a split, another number of themes, or a proposal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..assessment.amounts import in_words
from . import page_model, queries, words

if TYPE_CHECKING:
    from .changes import Change, ChangeRow

# What becomes of a theme, in the order in which it is shown.
KINDS: Final = {
    "new": _l("new"), "gone": _l("goes"), "grows": _l("grows"), "shrinks": _l("shrinks"),
    "changed": _l("changes"), "renamed": _l("gets a new name"), "same": _l("stays"),
}  # fmt: skip


@dataclass(frozen=True)
class DiffRow:
    """A theme before and after; `kind` is one of KINDS, `was` its name before, if another."""

    name: str
    was: str
    before: int | None
    after: int | None
    kind: str
    quotes: tuple[str, ...]


def preview_title(found: queries.SetView, decision: Mapping[str, Any], change: Change) -> str:
    """What would become of the themes."""
    if decision["do"] == "split":
        return _("“%(name)s” would become two themes.",
                 name=page_model.place_name(found, decision["theme"]) or "")  # fmt: skip
    if not change.changed:
        return _("Nothing would change.")
    return _("%(after)s instead of %(before)s.", after=words.opening(words.themes(change.after)),
             before=in_words(change.before))  # fmt: skip


def proposal_title(change: Change) -> str:
    """What taking a proposal would change."""
    if not change.changed:
        return _("Sorted again: the same themes.")
    share = round(100 * change.moving / max(1, sum(r.before or 0 for r in change.rows)))
    if change.after == change.before:
        return _("%(themes)s again; %(share)s %% of the comments would move.",
                 themes=words.opening(words.themes(change.after)), share=share)  # fmt: skip
    return _("%(themes)s instead of %(before)s; %(share)s %% of the comments would move.",
             themes=words.opening(words.themes(change.after)), before=in_words(change.before),
             share=share)  # fmt: skip


def rows_of(change: Change) -> list[DiffRow]:
    """The themes before and after, those that change first."""
    order = list(KINDS)
    rows = [
        DiffRow(r.name, r.was if r.was != r.name else "", r.before, r.after, _kind(r), r.quotes)
        for r in change.rows
    ]
    return sorted(rows, key=lambda row: (order.index(row.kind), -(row.after or 0)))


def _kind(row: ChangeRow) -> str:
    if row.kind != "changed":
        return row.kind
    if row.after == row.before:
        return "changed" if row.left else "renamed"
    return "grows" if (row.after or 0) > (row.before or 0) else "shrinks"
