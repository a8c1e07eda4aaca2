"""Respondents are answered in the language of the page they have open."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from flask import current_app, make_response, request
from flask_babel import force_locale
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ..errors import SopError
from ..page import LANGUAGES


def in_its_language(view: Callable[..., Response]) -> Callable[..., Response]:
    """Answer in the language of the page that asks, with a refusal too."""

    @wraps(view)
    def answered(*arguments: Any, **named: Any) -> Response:
        language = _language_of_page()
        with force_locale(language) if language else nullcontext():
            try:
                return view(*arguments, **named)
            except (SopError, HTTPException) as error:
                return make_response(current_app.handle_user_exception(error))

    return answered


def _language_of_page() -> str | None:
    """What the page says it is in; None where it says nothing or the site has no words for it."""
    if request.is_json:
        return request.accept_languages.best_match(LANGUAGES)
    wanted = (request.view_args or {}).get("language") or request.form.get("language")
    return wanted if wanted in LANGUAGES else None
