"""Static files, the two health addresses, and the page of a running job."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as ViewResponse

from .accounts.policy import policy
from .accounts.session import current_person
from .compression import accepts_gzip
from .db import Store
from .errors import ConflictError, ForbiddenError, NotFoundError
from .jobs import CANCELLABLE, Job, cancel, get_job, in_words
from .web import queue, state, stores

blueprint = Blueprint("pages", __name__, template_folder="templates")

FOR_EVER = "public, max-age=31536000, immutable"


@blueprint.get("/assets/<digest>/<path:name>")
@policy.public
def asset_file(digest: str, name: str) -> Response:
    """A static file; kept for ever when the digest in its address is the current one."""
    assets = state().assets
    found = assets.find(name)
    if found is None:
        raise NotFoundError("There is no such file.")
    packed = bool(found.packed) and accepts_gzip()
    response = make_response(found.packed if packed else found.content)
    response.content_type = found.media_type + _charset(found.media_type)
    response.headers["Cache-Control"] = FOR_EVER if digest == assets.digest else "no-cache"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    if found.packed:
        response.vary.add("Accept-Encoding")
    return response


def _charset(media_type: str) -> str:
    return "; charset=utf-8" if media_type.startswith("text/") else ""


@blueprint.get("/healthz")
@policy.public
def healthz() -> Response:
    """The process lives."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
@policy.public
def readyz() -> Response:
    """All three databases answer and have the newest schema; else 503 and their names."""
    found = stores()
    late = [store.name for store in (found.core, found.identity, found.ballot) if not _ready(store)]
    response = jsonify(status="waiting" if late else "ready", waiting_for=late)
    response.status_code = 503 if late else 200
    return response


def _ready(store: Store) -> bool:
    from .migrations import is_current  # the migration tool is not needed by any other page

    try:
        return is_current(store)
    except SQLAlchemyError:
        return False


@blueprint.get("/jobs/<int:job_id>")
@policy.signed_in
def job(job_id: int) -> Response | str:
    """How far a job is: a page, or JSON for its script."""
    found = get_job(stores(), job_id)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(
            state=found.state, share=found.share, message=in_words(found), next_url=found.next_url
        )
    mine = _may_steer(found)
    return render_template(
        "pages/job.html", job=found, message=in_words(found),
        may_cancel=mine and found.state in ("waiting", "running"),
        may_repeat=mine and found.state in ("cancelled", "failed"),
    )  # fmt: skip


@blueprint.post("/jobs/<int:job_id>/cancel")
@policy.signed_in
def cancel_job(job_id: int) -> ViewResponse:
    """Ask a job to end, by who started it, the owner or the administrator."""
    _require_steering(get_job(stores(), job_id))
    cancel(stores(), job_id)
    return redirect(url_for("pages.job", job_id=job_id), 303)


@blueprint.post("/jobs/<int:job_id>/again")
@policy.signed_in
def repeat_job(job_id: int) -> ViewResponse:
    """Start a job that was cancelled or failed once more."""
    found = get_job(stores(), job_id)
    _require_steering(found)
    if found.state not in ("cancelled", "failed"):
        raise ConflictError("This work did not stop. Look at it again.")
    again = queue().start(found.name, next_url=found.next_url, **found.arguments)
    return redirect(url_for("pages.job", job_id=again), 303)


def _may_steer(found: Job) -> bool:
    person = current_person()
    own = found.by_id == person.id or person.may("owner", "administrator")
    return found.name in CANCELLABLE and own


def _require_steering(found: Job) -> None:
    if not _may_steer(found):
        raise ForbiddenError("Only who started this work, the owner or the administrator can "
                             "cancel or repeat it.")  # fmt: skip
