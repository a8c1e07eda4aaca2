"""Who may sort which comments: before they are released, those who read them anyway."""

from __future__ import annotations

from typing import Final

from ..accounts.roles import REDACTING
from ..accounts.session import current_person
from ..errors import ForbiddenError
from ..web import stores
from . import queries

CURATORS: Final = ("owner", "coder")
SORTERS: Final = tuple(dict.fromkeys((*CURATORS, *REDACTING)))


def may_see(assessment_id: int, found: queries.OneSet) -> bool:
    """Whether the person may open a sorting."""
    roles = REDACTING if found.state == "draft" else CURATORS
    return current_person().may(*roles, assessment_id=assessment_id)


def seen(assessment_id: int, set_id: int) -> queries.SetView:
    """The sorting; ForbiddenError when its comments are not for this person."""
    found = queries.theme_set(stores(), assessment_id, set_id)
    if may_see(assessment_id, found):
        return found
    if found.state == "draft":
        raise ForbiddenError("The comments of an anonymous survey are sorted by those who read "
                             "them before they are shown.")  # fmt: skip
    raise ForbiddenError("An owner or a coder sorts these comments.")
