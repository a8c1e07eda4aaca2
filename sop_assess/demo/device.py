"""An employee's device in Python: it collects a blind ballot, seals answers and sends them.

It does what the browser does, through the same routes, for answering in bulk.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from flask.testing import FlaskClient

from ..errors import SopError
from ..surveys import blind, sealing
from ..surveys.anonymous import Token, nullifier
from ..surveys.keys import from_spki

HEADERS = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Promise:
    """What a device reads from a round's manifest."""

    round_key: str
    issuers: tuple[RSAPublicKey, ...]
    box: RSAPublicKey


def read_promise(client: FlaskClient, round_key: str) -> Promise:
    """The manifest of a round, as the device understands it."""
    manifest = orjson.loads(client.get(f"/s/{round_key}/manifest").data)
    issuers = tuple(from_spki(unit["key"]) for unit in manifest["units"])
    return Promise(round_key, issuers, from_spki(manifest["box_key"]))


def collect(client: FlaskClient, promise: Promise, code: str, unit: int) -> Token:
    """A ballot for the holder of a code."""
    public = promise.issuers[unit - 1]
    message = blind.message(secrets.token_bytes(32), promise.round_key, unit)
    prepared = blind.prepare(message, secrets.token_bytes(32))
    hidden = blind.blind(public, prepared)
    answer = _post(client, f"/s/{promise.round_key}/issue",
                   {"code": code, "unit": unit, "blinded": encoded(hidden.blinded)})  # fmt: skip
    signed = base64.urlsafe_b64decode(answer["signature"] + "==")
    return Token(prepared, blind.finalize(public, prepared, signed, hidden.inverse), unit)


def send(client: FlaskClient, promise: Promise, token: Token, content: Mapping[str, Any]) -> str:
    """The receipt for answers that were sealed and sent."""
    associated = sealing.associated(promise.round_key, nullifier(token.prepared))
    box = sealing.seal(promise.box, orjson.dumps(content), associated)
    body = {**token_fields(token), "box": encoded(box)}
    return str(_post(client, f"/s/{promise.round_key}/submit", body)["receipt"])


def token_fields(token: Token) -> dict[str, Any]:
    """A token as it travels."""
    return {"prepared": encoded(token.prepared), "signature": encoded(token.signature),
            "unit": token.unit}  # fmt: skip


def encoded(raw: bytes) -> str:
    """Bytes as the routes take them."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _post(client: FlaskClient, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    answer = client.post(path, json=body, headers=HEADERS)
    if answer.status_code not in {200, 201}:
        raise SopError("The survey refused: %(why)s", why=answer.get_data(as_text=True)[:200])
    data: dict[str, Any] = answer.get_json()
    return data
