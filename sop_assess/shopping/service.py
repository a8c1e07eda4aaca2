"""Shoppers and their personal links. Each public function owns one transaction."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..db import Stores
from ..errors import GoneError, InvalidError, NotFoundError
from .models import Shopper


@dataclass(frozen=True)
class ShopperLink:
    """A new shopper with the token of the link, which is shown once and kept as its hash."""

    shopper_id: int
    token: str


@dataclass(frozen=True)
class ShopperView:
    """A shopper as pages see them."""

    id: int
    assessment_id: int
    alias: str
    expires_at: datetime
    revoked: bool


def add_shopper(
    stores: Stores, assessment_id: int, alias: str, *, expires_at: datetime
) -> ShopperLink:
    """A shopper with a personal link that ends at the given moment."""
    name = alias.strip()
    if not name or len(name) > 60:
        raise InvalidError("Give the shopper an alias of at most 60 characters.")
    token = secrets.token_urlsafe(24)
    with stores.core.writing() as session:
        same = select(Shopper).where(Shopper.assessment_id == assessment_id, Shopper.alias == name)
        if session.scalars(same).first() is not None:
            raise InvalidError("There is a shopper called %(name)s already. Choose another alias.",
                               name=name)  # fmt: skip
        shopper = Shopper(
            assessment_id=assessment_id,
            alias=name,
            token_hash=token_hash(token),
            expires_at=expires_at,
        )
        session.add(shopper)
        session.flush()
        return ShopperLink(shopper.id, token)


def renew_link(stores: Stores, shopper_id: int, *, expires_at: datetime) -> ShopperLink:
    """A new link for a shopper; the one before ends."""
    token = secrets.token_urlsafe(24)
    with stores.core.writing() as session:
        shopper = session.get(Shopper, shopper_id)
        if shopper is None:
            raise NotFoundError("This shopper does not exist.")
        shopper.token_hash, shopper.expires_at = token_hash(token), expires_at
        shopper.revoked = False
        return ShopperLink(shopper.id, token)


def revoke_link(stores: Stores, shopper_id: int) -> None:
    """End a shopper's link at once."""
    with stores.core.writing() as session:
        shopper = session.get(Shopper, shopper_id)
        if shopper is None:
            raise NotFoundError("This shopper does not exist.")
        shopper.revoked = True


def shopper_of(stores: Stores, token: str, *, now: datetime) -> ShopperView:
    """The shopper behind a link that still holds."""
    with stores.core.reading() as session:
        found = session.scalars(
            select(Shopper).where(Shopper.token_hash == token_hash(token))
        ).first()
    if found is None:
        raise NotFoundError("This link is not one of ours. Check that you copied all of it.")
    if found.revoked or found.expires_at <= now:
        raise GoneError("This link has ended. Ask whoever sent it for a new one.")
    return _view(found)


def shoppers(stores: Stores, assessment_id: int) -> list[ShopperView]:
    """The shoppers of an assessment in the order they were added."""
    query = select(Shopper).where(Shopper.assessment_id == assessment_id).order_by(Shopper.id)
    with stores.core.reading() as session:
        return [_view(found) for found in session.scalars(query)]


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _view(found: Shopper) -> ShopperView:
    return ShopperView(found.id, found.assessment_id, found.alias, found.expires_at, found.revoked)
