"""The employee's pages. No cookie, no account; nothing about the request is kept."""

from __future__ import annotations

import base64
import time
from datetime import datetime
from functools import cache
from typing import Any

from flask import Blueprint, current_app, jsonify, make_response, render_template, request
from flask.blueprints import BlueprintSetupState
from flask_babel import format_datetime
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..db import now
from ..errors import AnswersInvalidError, InvalidError, NotFoundError, SopError
from ..instruments.service import definition_of
from ..web import settings, stores
from . import anonymous, hears_back, service
from .document import Documents, answer, choose_language, draw
from .limits import WrongCodes
from .page_language import in_its_language
from .queries import Door, find_door
from .signer import Signer

blueprint = Blueprint("surveys", __name__, template_folder="templates")

_OWN_FIELDS = frozenset({"credential", "language", "code"})


@blueprint.record_once
def _remember(setup: BlueprintSetupState) -> None:
    setup.app.extensions["surveys.documents"] = Documents()
    setup.app.extensions["surveys.wrong_codes"] = WrongCodes()
    setup.app.extensions["surveys.signer"] = cache(lambda: Signer(stores().keys))


@blueprint.get("/s/<round_key>")
@blueprint.get("/s/<round_key>/<string(length=2):language>")
@policy.respondent
@in_its_language
def survey(round_key: str, language: str | None = None) -> Response:
    """The one static document of a round in one language."""
    door = find_door(stores(), round_key)
    if door is None:
        return _notice("unknown", 404)
    explicit = language or request.args.get("lang")
    definition = definition_of(stores(), door.version_id)
    language = choose_language(definition, explicit)
    phase = door.phase(now())
    heard = hears_back.heard(stores(), door) if door.state == "closed" else None
    template = "hears_back" if heard else "survey" if phase == "open" else "notice"
    documents: Documents = current_app.extensions["surveys.documents"]
    key = (door, language, bool(explicit), phase, heard)
    page = documents.get(key)
    if page is None:
        page = documents.keep(key, draw(
            template, door, language, reason=phase, explicit=bool(explicit), heard=heard,
            stages=hears_back.stage_words(door, language), **_START,
        ))  # fmt: skip
    return answer(page)


@blueprint.get("/s/<round_key>/receipts")
@policy.respondent
def receipts(round_key: str) -> Response:
    """After closing: the sorted receipts of all ballots that were counted."""
    door = service.known_door(stores(), round_key)
    language = choose_language(definition_of(stores(), door.version_id), request.args.get("lang"))
    codes = hears_back.receipts(stores(), door)
    heard = hears_back.heard(stores(), door) if codes else None
    return make_response(draw("receipts", door, language, codes=codes, heard=heard))


@blueprint.post("/s/<round_key>/start")
@policy.respondent
@in_its_language
def start(round_key: str) -> Response:
    """Give the right to send one ballot: as JSON to the script, as one long form without it."""
    given: Any = request.get_json() if request.is_json else request.form
    if not hasattr(given, "get"):
        raise InvalidError("This request could not be read. Load the page again.")
    code, unit = str(given.get("code") or ""), str(given.get("unit") or "")
    try:
        ticket = service.start(stores(), settings(), round_key, code, unit=unit, now=now())
    except service.WrongCodeError as error:
        _count_wrong_code()
        return _again(round_key, error, code)
    if request.is_json:
        return _json(
            {"credential": ticket.credential, "unit": ticket.unit, "name": ticket.unit_name,
             "invited": ticket.invited}
        )  # fmt: skip
    door = service.known_door(stores(), round_key)
    return make_response(draw("long_form", door, _form_language(door), ticket=ticket))


@blueprint.get("/s/<round_key>/manifest")
@policy.respondent
def manifest(round_key: str) -> Response:
    """What an anonymous round promises and the keys it uses: the same bytes for everybody."""
    door = service.known_door(stores(), round_key)
    if not door.manifest:
        raise NotFoundError("This survey has no manifest.")
    response = make_response(door.manifest.encode())
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


@blueprint.post("/s/<round_key>/issue")
@policy.respondent
@in_its_language
def issue(round_key: str) -> Response:
    """Sign a blinded ballot for the holder of a code."""
    given = _given()
    signer: Signer = current_app.extensions["surveys.signer"]()
    try:
        signature, unit = anonymous.issue(
            stores(), signer.sign, round_key, str(given.get("code") or ""),
            _bytes(given, "blinded"), unit=_number(given, "unit"), now=now(),
        )  # fmt: skip
    except service.WrongCodeError as error:
        _count_wrong_code()
        return _json({"sentence": error.sentence}, error.status)
    return _json({"signature": _text(signature), "unit": unit})


@blueprint.post("/s/<round_key>/withdraw")
@policy.respondent
@in_its_language
def withdraw(round_key: str) -> Response:
    """Take a sealed ballot back, for whoever holds its token."""
    anonymous.withdraw(stores(), round_key, _token(_given()), now=now())
    return _json({"withdrawn": True})


@blueprint.post("/s/<round_key>/submit")
@policy.respondent
@in_its_language
def submit(round_key: str) -> Response:
    """Take a ballot, exactly once."""
    return _submit_json(round_key) if request.is_json else _submit_form(round_key)


def _submit_json(round_key: str) -> Response:
    data: Any = request.get_json()
    given = data if isinstance(data, dict) else {}
    if "prepared" in given:
        receipt = anonymous.submit(
            stores(), round_key, _token(given), _bytes(given, "box"), now=now()
        )
        return _receipt(receipt)
    credential, content = given.get("credential"), given.get("content")
    if not isinstance(credential, str) or not isinstance(content, str):
        raise InvalidError("These answers could not be read. Load the page again.")
    receipt = service.submit(
        stores(), settings(), round_key, credential, content.encode("utf-8", "replace"),
        str(given.get("hash") or ""), now=now(),
    )  # fmt: skip
    return _receipt(receipt)


def _receipt(receipt: service.BallotReceipt) -> Response:
    return _json(
        {"receipt": receipt.code, "hash": receipt.content_hash}, 201 if receipt.new else 200
    )


def _given() -> dict[str, Any]:
    data: Any = request.get_json()
    return data if isinstance(data, dict) else {}


def _token(given: dict[str, Any]) -> anonymous.Token:
    unit = given.get("unit")
    return anonymous.Token(
        _bytes(given, "prepared"), _bytes(given, "signature"), unit if isinstance(unit, int) else 0
    )


def _number(given: dict[str, Any], name: str) -> int | None:
    return given[name] if isinstance(given.get(name), int) else None


def _bytes(given: dict[str, Any], name: str) -> bytes:
    text: Any = given.get(name)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (TypeError, ValueError):
        raise InvalidError("This request could not be read. Load the page again.") from None


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _submit_form(round_key: str) -> Response:
    door = service.known_door(stores(), round_key)
    language = _form_language(door)
    credential = request.form.get("credential", "")
    fields = {name: [value.replace("\r\n", "\n") for value in values]
              for name, values in request.form.lists() if name not in _OWN_FIELDS}  # fmt: skip
    content = service.form_content(door, language, fields)
    try:
        receipt = service.submit(stores(), settings(), round_key, credential, content, now=now())
    except AnswersInvalidError as error:
        ticket = service.ticket_of(door, settings(), credential)
        page = draw(
            "long_form", door, language, fields=fields, errors=error.messages, ticket=ticket
        )
        return make_response(page, 422)
    page = draw("receipt", door, language, receipt=receipt.code)
    return make_response(page, 201 if receipt.new else 200)


_START: dict[str, Any] = {"problem": "", "code": ""}


def _again(round_key: str, error: SopError, code: str) -> Response:
    if request.is_json:
        return _json({"sentence": error.sentence}, error.status)
    door = service.known_door(stores(), round_key)
    page = draw(
        "survey", door, _form_language(door), reason="open", explicit=True,
        problem=error.sentence, code=code[:40],
    )  # fmt: skip
    return make_response(page, error.status)


def _count_wrong_code() -> None:
    limit: WrongCodes = current_app.extensions["surveys.wrong_codes"]
    if limit.too_many(time.monotonic()):
        raise TooManyRequests(retry_after=60)


def _form_language(door: Door) -> str:
    definition = definition_of(stores(), door.version_id)
    return choose_language(definition, request.form.get("language"))


def _notice(reason: str, status: int) -> Response:
    page = render_template("surveys/notice.html", reason=reason, door=None)
    return make_response(page, status)


def _json(data: dict[str, Any], status: int = 200) -> Response:
    response = jsonify(data)
    response.status_code = status
    return response


@blueprint.app_template_filter("long_moment")
def long_moment(moment: datetime) -> str:
    """A moment in words; UTC, because all get the same page, until a script makes it local."""
    return f"{format_datetime(moment, 'EEEE d MMMM, HH:mm', rebase=False)} UTC"
