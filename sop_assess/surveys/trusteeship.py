"""A named trustee: the key is born on their device, tried out before the opening, and opens the
ballots there. The server holds the public half and never sees the other one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..db import Stores
from ..errors import ConflictError, InvalidError
from ..instruments.ballots import ballots
from ..instruments.models import Round
from . import sealing
from .keys import from_spki

LONGEST_NAME = 120


@dataclass(frozen=True)
class Trustee:
    """Who holds the key of a round; `test` is a sealed text that they have to open first."""

    name: str
    key: str
    test: str
    proof: str
    drilled: bool


def trustee_of(stores: Stores, round_id: int) -> Trustee | None:
    """The trustee of a round that is not open yet, if one was named."""
    with stores.core.reading() as session:
        found = session.get_one(Round, round_id)
    named = found.policy.get("trustee")
    return Trustee(**named) if isinstance(named, dict) else None


def name_trustee(stores: Stores, round_id: int, name: str, key: str) -> None:
    """Note the trustee of a planned round with the public half of their key; a test waits then."""
    if not name.strip() or len(name) > LONGEST_NAME:
        raise InvalidError("Name the trustee, in at most %(most)s characters.", most=LONGEST_NAME)
    public = from_spki(key)
    text = secrets.token_urlsafe(24)
    box = sealing.seal(public, text.encode(), sealing.associated("test", "test"))
    test = {"test": base64.b64encode(box).decode(), "proof": _proof(text), "drilled": False}
    _keep(stores, round_id, {"name": name.strip(), "key": key, **test})


def pass_drill(stores: Stores, round_id: int, text: str) -> None:
    """Note that the trustee opened the test; InvalidError for any other text."""
    named = trustee_of(stores, round_id)
    if named is None:
        raise ConflictError("Name the trustee and let them make their key first.")
    if not hmac.compare_digest(_proof(text), named.proof):
        raise InvalidError("The test did not open with this key. Make the key again.")
    _keep(stores, round_id, {**vars(named), "drilled": True})


def sealed_ballots(stores: Stores, found: Round) -> list[dict[str, str]]:
    """What the trustee's device opens: every ballot that was not withdrawn."""
    if found.label != "anonymous_trustee" or found.state != "closing":
        raise ConflictError("The ballots can be opened once the survey is being closed.")
    return [
        {"nullifier": row.nullifier, "unit": row.unit or "",
         "box": base64.b64encode(row.box).decode()}
        for row in ballots(stores, found.key) if row.box
    ]  # fmt: skip


def opened_contents(given: Any) -> list[tuple[str, bytes]]:
    """Units and contents as the trustee's device sends them back."""
    try:
        return [(str(one["unit"]), base64.b64decode(one["content"], validate=True))
                for one in given["contents"]]  # fmt: skip
    except (TypeError, KeyError, ValueError):
        raise InvalidError("The opened ballots could not be read. Load the page again.") from None


def _keep(stores: Stores, round_id: int, trustee: Mapping[str, Any]) -> None:
    with stores.core.writing() as session:
        found = session.get_one(Round, round_id)
        if found.label != "anonymous_trustee" or found.state != "planned":
            raise ConflictError("A trustee is named before a survey with a trustee opens.")
        found.policy = {**found.policy, "trustee": dict(trustee)}


def _proof(text: str) -> str:
    return hashlib.sha256(f"sop_assess drill {text}".encode()).hexdigest()
