"""Every error becomes a page, or JSON, with its status and one sentence; no database needed."""

from __future__ import annotations

import traceback
from types import TracebackType
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from . import page, web
from .accounts.policy import of_request
from .errors import AnswersInvalidError, SopError

HEADINGS = {
    400: _l("This request could not be read"),
    401: _l("You are not signed in any more"),
    403: _l("This page is not open to you"),
    404: _l("There is no page at this address"),
    405: _l("This address does not take that kind of request"),
    409: _l("Something changed in the meantime"),
    410: _l("This link has ended"),
    413: _l("This is too large to take"),
    422: _l("Something in this form needs another look"),
    429: _l("Too many attempts in a short time"),
    500: _l("This page failed for a reason of ours"),
    503: _l("The site is busy"),
}
SENTENCES = {
    400: _l("Go back, load the page again and repeat the step. Nothing was changed."),
    401: _l("Sign in again in another tab, then repeat the step here."),
    403: _l("Your roles do not include it. An administrator can change that on the People page."),
    404: _l(
        "The link may be cut off at the end of a line, or it has expired. "
        "Nothing you wrote is lost: drafts stay on your device."
    ),
    405: _l("Open it as a link, or go back and use the form."),
    409: _l("Go back, load the page again and look at what is there now. Nothing was changed."),
    410: _l("Ask the person who sent it to you for a new one."),
    413: _l("Make the file or the text smaller and send it again. Nothing was stored."),
    422: _l("Go back and look at the marked fields. Nothing was changed."),
    429: _l("Wait a few minutes, then try again."),
    500: _l("It was written to the log. Try again; if it stays, tell whoever runs this site."),
    503: _l("Wait a moment and try again. Nothing was changed."),
}


def init_app(app: Flask) -> None:
    """Turn rule violations and HTTP errors into pages."""
    app.register_error_handler(SopError, _on_rule)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(OperationalError, _on_database)


def _on_rule(error: SopError) -> Response:
    messages = error.messages if isinstance(error, AnswersInvalidError) else None
    return error_response(error.status, error.sentence, messages=messages)


def _on_http(error: HTTPException) -> Response:
    if error.response is not None and error.code is None:
        return make_response(error.response)
    status = error.code or 500
    if 300 <= status < 400:
        return make_response(error.get_response())
    answer = error_response(status)
    # A 405 must name its methods and a 429 its pause; the page replaces the body only.
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            answer.headers[name] = value
    return answer


def _on_database(error: OperationalError) -> Response:
    busy = any(word in str(error.orig) for word in ("locked", "is full", "timeout"))
    if not (busy or error.connection_invalidated):
        raise error
    current_app.logger.error("the database did not take a request: %s", error.orig)
    answer = error_response(503)
    answer.headers["Retry-After"] = "5"
    return answer


def error_response(
    status: int, sentence: str | None = None, *, messages: dict[str, str] | None = None
) -> Response:
    """The answer for an error: JSON when the request speaks JSON, else a page."""
    heading = str(HEADINGS.get(status, _("This did not work")))
    words = sentence or str(SENTENCES.get(status, _("Go back and try again.")))
    if wants_json():
        body: dict[str, Any] = {"error": heading, "sentence": words}
        response = jsonify(body | ({"messages": messages} if messages else {}))
    else:
        g.drawing_error = True
        company = page.remembered_company() if status < 500 else web.state().company
        response = make_response(
            render_template(
                "error.html", status=status, heading=heading, sentence=words, company=company,
                messages=messages or {}, language=page.language(),
            )
        )  # fmt: skip
    response.status_code = status
    return response


def wants_json() -> bool:
    """Whether the request came from a script rather than a page."""
    if request.is_json or request.mimetype.endswith("+json"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" and "text/html" not in request.accept_mimetypes.values()


def log_exception(
    app: Flask,
    exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
) -> None:
    """Log where it failed, never for whom: no body, header, address, query or stored value."""
    kind, error, trace = exc_info
    rule = request.url_rule.rule if request.url_rule else "an unknown address"
    frames = "".join(traceback.format_tb(trace))
    app.logger.error("%s %s failed\n%s%s", request.method, rule, frames, _named(kind, error))


def _named(kind: type | None, error: BaseException | None) -> str:
    name = kind.__name__ if kind else "unknown error"
    # Database errors quote stored values; on respondents' pages any message might.
    if isinstance(error, SQLAlchemyError) or of_request().cookieless:
        return name
    return f"{name}: {' '.join(str(error).split())[:500]}"
