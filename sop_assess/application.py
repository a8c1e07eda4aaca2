"""The one place where the parts of the site are joined."""

from __future__ import annotations

import importlib
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel, format_decimal, gettext
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from . import compression, error_pages, page, security, web
from .accounts import policy, session
from .assets import Assets
from .config import Settings, load_settings
from .db import Stores
from .errors import SopError
from .jobs import JobQueue, enqueuer
from .stores import open_stores

PARTS = (
    "sop_assess.pages",
    "sop_assess.accounts.views",
    "sop_assess.accounts.people_views",
    "sop_assess.instruments.views",
    "sop_assess.surveys.views",
    "sop_assess.surveys.invitation_views",
    "sop_assess.surveys.trustee_views",
    "sop_assess.surveys.launch_views",
    "sop_assess.surveys.mailing_views",
    "sop_assess.interviews.views",
    "sop_assess.shadowing.views",
    "sop_assess.shopping.views",
    "sop_assess.shopping.planning_views",
    "sop_assess.assessment.views",
    "sop_assess.assessment.rounds_views",
    "sop_assess.assessment.results_views",
    "sop_assess.assessment.themes_views",
    "sop_assess.themes.views",
    "sop_assess.themes.decision_views",
    "sop_assess.themes.same_views",
    "sop_assess.themes.learned_views",
    "sop_assess.release.redaction_views",
    "sop_assess.assessment.report_views",
    "sop_assess.imports.views",
    "sop_assess.backlog.views",
    "sop_assess.roster.views",
)


class Site(Flask):
    """The web application; its log carries no request."""

    def log_exception(self, exc_info: Any) -> None:
        """Log where it failed, not for whom."""
        error_pages.log_exception(self, exc_info)


def join_parts(settings: Settings | None = None, *, stores: Stores | None = None) -> Flask:
    """The web application with every part, each address under its policy."""
    settings = settings or load_settings()
    app = Site("sop_assess", static_folder=None)
    _configure(app, settings)
    stores = stores or open_stores(settings)
    state = web.State(
        settings, stores, _queue(settings, stores), Assets(Path(__file__).parent / "static")
    )
    app.extensions["sop_assess"] = state
    SopError.say = _said
    Babel(app, locale_selector=page.select_language, default_translation_directories="translations")
    for part in (page, error_pages, session, policy, security, compression):
        part.init_app(app)
    for name in PARTS:
        app.register_blueprint(importlib.import_module(name).blueprint)
    policy.require_policies(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        trusted = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = trusted  # type: ignore[method-assign]  # Flask's documented way
    return app


def _said(words: str, **values: object) -> str:
    """A rule's sentence in the language of the page, its fractions too."""
    local = {name: format_decimal(value) if isinstance(value, float) else value
             for name, value in values.items()}  # fmt: skip
    return str(gettext(words, **local))


def _configure(app: Flask, settings: Settings) -> None:
    secure = settings.secure_cookies
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_FORM_MEMORY_SIZE=2 * security.MEGABYTE,
        SESSION_COOKIE_NAME="__Host-staff" if secure else "staff",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        BABEL_DEFAULT_LOCALE="en",
    )


def _queue(settings: Settings, stores: Stores) -> JobQueue:
    if settings.jobs == "inline":
        return JobQueue(stores, inline=True)
    return JobQueue(stores, inline=False, enqueue=enqueuer(settings, stores))
