"""Headers of every answer, and proof that a changing request came from our own page."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import Forbidden

from . import web
from .accounts import policy
from .error_pages import error_response

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
DENIED = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen",
    "gyroscope", "magnetometer", "microphone", "midi", "payment",
    "publickey-credentials-get", "screen-wake-lock", "usb", "xr-spatial-tracking",
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join([f"{name}=()" for name in DENIED] + ["geolocation=(self)"]),
}
TRANSPORT = "max-age=63072000; includeSubDomains"
MEGABYTE = 1024 * 1024
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Check changing requests before views, add headers after them."""
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # the view's policy decides, see below
        WTF_CSRF_TIME_LIMIT=None,  # as long as the sign-in; an interview may take an hour
        WTF_CSRF_SSL_STRICT=False,  # it needs the referrer that our pages do not send
    )
    _csrf.init_app(app)
    app.before_request(limit_body)
    app.before_request(check_origin)
    app.after_request(add_headers)
    app.register_error_handler(CSRFError, _expired)


def limit_body() -> None:
    """How much a request may send, by who sends it: texts, photos, or files to import."""
    limits = web.settings()
    sizes = {
        "public": 64 * 1024,
        "respondent": MEGABYTE,
        "shopper": (limits.upload_limit_mb + 1) * MEGABYTE,
    }
    whole = (limits.import_limit_mb + 1) * MEGABYTE
    request.max_content_length = sizes.get(policy.of_request().audience, whole)


def check_origin() -> None:
    """Refuse a changing request that another site may have caused."""
    if request.method in SAFE or request.endpoint is None:
        return
    found = policy.of_request()
    if found.cookieless:
        same_origin_required()
        return
    if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        raise Forbidden
    origin = request.headers.get("Origin", "null")
    # A form of a page without referrer sends the origin "null"; the token decides then.
    if origin != "null" and origin not in _own_origins():
        raise Forbidden
    if current_app.config["WTF_CSRF_ENABLED"]:
        _csrf.protect()


def same_origin_required() -> None:
    """403 unless the browser says that the request comes from our own page (no token needed)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise Forbidden
        return
    if request.headers.get("Origin") not in _own_origins():
        raise Forbidden


def _own_origins() -> frozenset[str]:
    base = urlsplit(web.settings().base_url)
    return frozenset({f"{base.scheme}://{base.netloc}", request.host_url.rstrip("/")})


def add_headers(response: Response) -> Response:
    """The same protection on every answer: pages, errors, files."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if web.settings().secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", TRANSPORT)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _expired(error: CSRFError) -> Response:
    return error_response(
        403,
        _(
            "This form was open too long or came from another page. "
            "Load it again and repeat the step."
        ),
    )
