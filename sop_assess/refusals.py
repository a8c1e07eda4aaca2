"""What the HTTP server itself refuses, before the application sees it: the same page, the same
headers as any other error."""

from __future__ import annotations

from flask import Flask, Response
from flask_babel import gettext as _
from waitress.task import ErrorTask

from . import web
from .error_pages import error_response
from .security import add_headers


def task_for(app: Flask) -> type[ErrorTask]:
    """How the server answers a request that it does not pass on."""

    class Refusal(ErrorTask):  # type: ignore[misc]  # waitress has no types
        def execute(self) -> None:
            language = getattr(self.request, "headers", {}).get("ACCEPT_LANGUAGE", "")
            answer = refuse(app, self.request.error.code, language)
            body = answer.get_data()
            self.status = answer.status
            self.response_headers.extend(answer.headers.items())
            self.set_close_on_finish()
            self.content_length = len(body)
            self.write(body)

    return Refusal


def refuse(app: Flask, status: int, language: str) -> Response:
    """The error page for a status, in the reader's language."""
    with app.test_request_context("/", headers={"Accept-Language": language}):
        limit = web.settings().import_limit_mb
        sentence = _("At most %(limit)s MB can be sent at once. Nothing was stored.", limit=limit)
        return add_headers(error_response(status, sentence if status == 413 else None))
