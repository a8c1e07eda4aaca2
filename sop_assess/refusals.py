"""What the HTTP server itself refuses, before the application sees it: the same page, the same
headers as any other error."""

from __future__ import annotations

from flask import Flask, Response
from flask_babel import force_locale
from flask_babel import gettext as _
from waitress.task import ErrorTask

from . import page, web
from .error_pages import error_response
from .security import add_headers


def task_for(app: Flask) -> type[ErrorTask]:
    """How the server answers a request that it does not pass on."""

    class Refusal(ErrorTask):  # type: ignore[misc]  # waitress has no types
        def execute(self) -> None:
            answer = refuse(app, self.request.error.code)
            body = answer.get_data()
            self.status = answer.status
            self.response_headers.extend(answer.headers.items())
            self.set_close_on_finish()
            self.content_length = len(body)
            self.write(body)

    return Refusal


def refuse(app: Flask, status: int) -> Response:
    """The error page for a status, in the company's language: who asks is not known yet."""
    with app.test_request_context("/"):
        company = page.remembered_company()
        with force_locale(company.language if company else "en"):
            limit = web.settings().import_limit_mb
            words = _("At most %(limit)s MB can be sent at once. Nothing was stored.", limit=limit)
            return add_headers(error_response(status, words if status == 413 else None))
