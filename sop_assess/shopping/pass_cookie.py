"""The pass of a shopper's browser: a signed cookie made from the personal link."""

from __future__ import annotations

from flask import Response, request
from itsdangerous import BadSignature, URLSafeSerializer

from ..db import now
from ..errors import GoneError
from ..web import settings, stores
from .service import ShopperView, shopper_of

_NAME = "visits"


def give(response: Response, token: str, shopper: ShopperView) -> None:
    """Let this browser work for the shopper until the link ends."""
    secure = settings().secure_cookies
    response.set_cookie(
        _name(), _signer().dumps(token), expires=shopper.expires_at, secure=secure,
        httponly=True, samesite="Lax", path="/",
    )  # fmt: skip


def holder() -> ShopperView:
    """The shopper whose pass this browser holds; the link itself must still hold."""
    try:
        token = _signer().loads(request.cookies.get(_name(), ""))
    except BadSignature:
        raise GoneError("Open the personal link that you were sent.") from None
    return shopper_of(stores(), str(token), now=now())


def _name() -> str:
    return f"__Host-{_NAME}" if settings().secure_cookies else _NAME


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="shopper pass")
