"""Why a decision about themes cannot be carried out, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..errors import InvalidError
from ..translatable import marked

WHY: Final[Mapping[str, str]] = {
    "no_such_theme": marked("This theme does not exist any more. Look at the themes again."),
    "no_such_comment": marked("Choose at least one comment of these themes."),
    "no_such_side": marked("Say whether the comments are praise or a problem."),
    "no_name": marked("Write a name for the theme."),
    "long_name": marked("A name has at most 120 characters. Shorten it."),
    "name_taken": marked("Another theme has this name. Choose a different one, or merge the two."),
    "nothing_to_merge": marked("Choose at least one other theme to merge."),
    "one_piece": marked("This theme cannot be split: its comments are too much alike."),
}
_OTHERWISE: Final = marked("This cannot be done. Look at the themes again.")


def refused(key: str) -> InvalidError:
    """The error for a decision that the sorting refused with this key."""
    return InvalidError(WHY.get(key, _OTHERWISE))
