"""Why a decision about themes cannot be carried out, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from ..errors import InvalidError

WHY: Final[Mapping[str, LazyString]] = {
    "no_such_theme": _l("This theme does not exist any more. Look at the themes again."),
    "no_such_comment": _l("Choose at least one comment of these themes."),
    "no_such_side": _l("Say whether the comments are praise or a problem."),
    "no_name": _l("Write a name for the theme."),
    "long_name": _l("A name has at most 120 characters. Shorten it."),
    "name_taken": _l("Another theme has this name. Choose a different one, or merge the two."),
    "nothing_to_merge": _l("Choose at least one other theme to merge."),
    "one_piece": _l("This theme cannot be split: its comments are too much alike."),
}


def refused(key: str) -> InvalidError:
    """The error for a decision that the sorting refused with this key."""
    return InvalidError(str(WHY.get(key, _l("This cannot be done. Look at the themes again."))))
