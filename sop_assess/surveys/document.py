"""The respondent's document: drawn once per round and language, kept compressed in memory."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final

import orjson
from flask import make_response, render_template, request
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..compression import accepts_gzip
from ..instruments.answers import Fields
from ..instruments.definition import Definition, words
from ..instruments.forms import Form, stages_asked
from ..instruments.service import definition_of
from ..web import settings, stores
from .queries import Door

_MOST_KEPT: Final = 200
# A minute is enough for a canteen full of phones, and a closed survey is noticed soon.
_CACHE: Final = "public, max-age=60"


@dataclass(frozen=True)
class Kept:
    """One finished page."""

    content: bytes
    packed: bytes
    etag: str


class Documents:
    """Finished pages by all that they show; a changed round has another key."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Kept] = {}
        self._lock = Lock()

    def get(self, key: Hashable) -> Kept | None:
        """The page, if it was drawn before."""
        return self._kept.get(key)

    def keep(self, key: Hashable, html: str) -> Kept:
        """Remember a page."""
        content = html.encode()
        page = Kept(
            content, gzip.compress(content, 9, mtime=0), hashlib.sha256(content).hexdigest()
        )
        with self._lock:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = page
        return page


def answer(page: Kept) -> Response:
    """The kept page as an answer: the same bytes for everybody."""
    packed = accepts_gzip()
    response = make_response(page.packed if packed else page.content)
    response.mimetype = "text/html"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = _CACHE
    response.vary.add("Accept-Encoding")
    response.set_etag(page.etag[:32], weak=True)
    return response.make_conditional(request)


def choose_language(definition: Definition, wanted: str | None) -> str:
    """The wanted language where the form has it, else the form's first."""
    return wanted if wanted in definition.languages else definition.languages[0]


def draw(
    template: str,
    door: Door,
    language: str,
    *,
    fields: Fields | None = None,
    errors: Mapping[str, str] | None = None,
    **more: object,
) -> str:
    """A respondent's page in one language."""
    definition = definition_of(stores(), door.version_id)
    with force_locale(language):
        form = Form(
            definition, language, fields or {}, errors or {},
            stages=_stages(door, definition, language), text_hint=_text_hint(),
        )  # fmt: skip
        page: str = render_template(
            f"surveys/{template}.html", door=door, form=form, language=language,
            encrypted=settings().secure_cookies, redaction=_redaction(door), **more,
        )  # fmt: skip
    return page


def _redaction(door: Door) -> str:
    """How comments are looked through before anybody reads them, as the manifest promises it."""
    return str(orjson.loads(door.manifest)["redaction"]) if door.manifest else ""


def _text_hint() -> str:
    return str(_("No names, phone or order numbers. It is taken apart from your other answers."))


def _stages(door: Door, definition: Definition, language: str) -> dict[str, str]:
    named = {code: words(dict(name), language) for code, name in door.stages}
    return named or {code: code for code in stages_asked(definition)}
