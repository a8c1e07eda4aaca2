"""The shopper's way: personal link, list of visits, one form with photos, receipt."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from flask import (
    Blueprint,
    abort,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..accounts.policy import policy
from ..db import now
from ..errors import AnswersInvalidError, ConflictError, GoneError, SopError
from ..instruments import service as instruments
from ..instruments.answers import Fields
from ..instruments.attachments import store_attachment
from ..instruments.forms import Form
from ..instruments.queries import AssignmentView
from ..page import language
from ..web import settings, stores
from . import pass_cookie
from .service import shopper_of

blueprint = Blueprint("shopping", __name__, template_folder="templates")

OWN_FIELDS = frozenset({"submission_id", "photos"})


@blueprint.get("/v/<token>")
@policy.shopper
def link(token: str) -> ResponseReturnValue:
    """What the personal link opens; nothing happens before Begin, so link scanners do no harm."""
    shopper = shopper_of(stores(), token, now=now())
    return render_template("shopping/link.html", shopper=shopper, token=token)


@blueprint.post("/v/<token>")
@policy.shopper
def begin(token: str) -> ResponseReturnValue:
    """Give this browser the shopper's pass."""
    shopper = shopper_of(stores(), token, now=now())
    response = make_response(redirect(url_for("shopping.visits"), 303))
    pass_cookie.give(response, token, shopper)
    return response


@blueprint.get("/visits")
@policy.shopper
def visits() -> ResponseReturnValue:
    """The cases of this shopper."""
    shopper = pass_cookie.holder()
    found = instruments.assignments(stores(), shopper_id=shopper.id)
    return render_template("shopping/visits.html", shopper=shopper, visits=found)


@blueprint.get("/visits/<key>")
@policy.shopper
def visit(key: str) -> ResponseReturnValue:
    """The briefing and the form of one case."""
    return _page(_mine(key), {})


@blueprint.post("/visits/<key>")
@policy.shopper
def send(key: str) -> ResponseReturnValue:
    """Take a form: as JSON from the page's outbox, or as a plain form with its photos."""
    task = _mine(key)
    return _take_json(task) if request.is_json else _take_form(task)


@blueprint.post("/visits/<key>/photos/<submission_id>/<photo_id>")
@policy.shopper
def photo(key: str, submission_id: str, photo_id: str) -> ResponseReturnValue:
    """Take one photo of a form that was sent; the same again gets the same receipt."""
    _mine(key)
    data = request.get_data(cache=False)
    name = unquote(request.headers.get("X-File-Name", "photo")[:400])
    digest = store_attachment(stores(), submission_id, photo_id, data, name=name,
                              limit_mb=settings().upload_limit_mb, now=now())  # fmt: skip
    return jsonify(receipt=photo_id, hash=digest), 201


@blueprint.get("/visits/<key>/sent")
@policy.shopper
def sent(key: str) -> ResponseReturnValue:
    """Proof that the form is on disk."""
    return render_template("shopping/sent.html", visit=_mine(key))


def _take_json(task: AssignmentView) -> ResponseReturnValue:
    data: Any = request.get_json(silent=True)
    fields = data.get("fields") if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(fields, Mapping):
        return jsonify(error=_("This form could not be read. Load the page again.")), 400
    given = {str(k): [str(v) for v in values] for k, values in fields.items()
             if isinstance(values, list)}  # fmt: skip
    manifest = [entry for entry in data.get("manifest", ()) if isinstance(entry, Mapping)]
    try:
        receipt = instruments.submit_named(
            stores(), task.key, submission_id=str(data.get("id", "")), fields=given,
            context=_context(task, given), manifest=manifest, language=language(), now=now(),
        )  # fmt: skip
    except AnswersInvalidError as error:
        return jsonify(error=error.sentence, messages=error.messages), 422
    except ConflictError as error:
        return jsonify(error=error.sentence), 409
    answer = {"receipt": receipt.id, "hash": receipt.content_hash,
              "missing": list(receipt.missing_files)}  # fmt: skip
    return jsonify(answer), 201 if receipt.new else 200


def _take_form(task: AssignmentView) -> ResponseReturnValue:
    fields = {n: v for n, v in request.form.lists() if n not in OWN_FIELDS}
    photos = [file for file in request.files.getlist("photos") if file.filename]
    submission_id = request.form.get("submission_id", "")
    manifest = [{"id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{submission_id} {n}")),
                 "name": file.filename} for n, file in enumerate(photos)]  # fmt: skip
    try:
        instruments.submit_named(
            stores(), task.key, submission_id=submission_id, fields=fields,
            context=_context(task, fields), manifest=manifest, language=language(), now=now(),
        )  # fmt: skip
    except AnswersInvalidError as error:
        return _page(task, fields, error.messages), 422
    try:
        for entry, file in zip(manifest, photos, strict=True):
            store_attachment(stores(), submission_id, str(entry["id"]), file.read(),
                             name=file.filename or "", limit_mb=settings().upload_limit_mb,
                             now=now())  # fmt: skip
    except SopError as error:
        sentence = _("The form was sent, one photo was not: %(why)s", why=error.sentence)
        return render_template("shopping/sent.html", visit=_mine(task.key), problem=sentence), 422
    return redirect(url_for("shopping.sent", key=task.key), 303)


def _context(task: AssignmentView, fields: Fields) -> dict[str, str]:
    """What a visit's document says beside its answers."""
    given = {name: (fields.get(name) or [""])[0] for name in ("channel", "recognised")}
    return {"location": task.location or "", **{k: v for k, v in given.items() if v}}


def _mine(key: str) -> AssignmentView:
    shopper = pass_cookie.holder()
    task = instruments.get_assignment(stores(), key)
    if task.shopper_id != shopper.id:
        abort(404)
    if task.round_state == "planned":
        raise GoneError("This case has not opened yet.")
    return task


def _page(task: AssignmentView, fields: Fields, errors: Mapping[str, str] | None = None) -> str:
    definition = instruments.definition_of(stores(), task.version_id)
    tongue = language() if language() in definition.languages else definition.languages[0]
    form = Form(definition, tongue, fields, errors or {})
    given = request.form.get("submission_id", "")
    return render_template("shopping/visit.html", visit=task, form=form,
                           submission_id=given or str(uuid.uuid4()))  # fmt: skip
