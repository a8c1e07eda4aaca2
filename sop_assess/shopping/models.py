"""Shoppers and their personal links."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import CoreBase, Moment


class Shopper(CoreBase):
    """A mystery shopper of one assessment; works from one expiring link, without an account."""

    __tablename__ = "shopper"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    alias: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[Moment]
    revoked: Mapped[bool] = mapped_column(default=False)
