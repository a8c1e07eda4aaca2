"""The report: a page to read, the same as a PDF, and the released figures as a table."""

from __future__ import annotations

from flask import Blueprint, Response

from ..accounts.policy import policy
from ..web import stores
from .exports import EXPORTS
from .picture import picture
from .report import report
from .results_views import READERS, asked_rehearsal, page

blueprint = Blueprint("report", __name__, template_folder="templates")


@blueprint.get("/a/<int:assessment_id>/report")
@policy(*READERS)
def index(assessment_id: int) -> str:
    """One page for the meeting: problems, what to keep, disputes, limits."""
    found = picture(stores(), assessment_id, asked_rehearsal())
    return page("assessment/report.html", found, report=report(stores(), found))


@blueprint.get("/a/<int:assessment_id>/report.pdf")
@policy(*READERS)
def pdf(assessment_id: int) -> Response:
    """The report as a tagged PDF."""
    return _file("pdf", assessment_id)


@blueprint.get("/a/<int:assessment_id>/figures.csv")
@policy(*READERS)
def table(assessment_id: int) -> Response:
    """All released figures of the assessment."""
    return _file("cells_csv", assessment_id)


def _file(key: str, assessment_id: int) -> Response:
    export = EXPORTS[key]
    found = picture(stores(), assessment_id)
    response = Response(export.build(stores(), found), mimetype=export.media_type)
    name = f"assessment-{assessment_id}-{export.file_name}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
