"""The page of themes: what people wrote, from released cells only."""

from __future__ import annotations

from flask import Blueprint

from ..accounts.policy import policy
from ..web import stores
from .picture import picture
from .results_views import asked_rehearsal, page
from .themes import heading, sources

blueprint = Blueprint("themes", __name__, template_folder="templates")


@blueprint.get("/a/<int:assessment_id>/themes")
@policy("owner", "reader", "planner", "coder")
def index(assessment_id: int) -> str:
    """Themes by size with quotes, for each source."""
    found = picture(stores(), assessment_id, asked_rehearsal())
    wrote = sources(stores(), found)
    return page("assessment/themes.html", found, sources=wrote, heading=heading(wrote))
