"""An employee's device in Python: the same requests and the same checks as the browser's client."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sop_assess.surveys import blind, sealing

SAME_ORIGIN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


@dataclass
class Respondent:
    """One person with a code, on one device."""

    client: FlaskClient
    round_key: str
    code: str
    unit: int = 1
    headers: Mapping[str, str] = field(default_factory=dict)
    answered: list[TestResponse] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)

    def load(self) -> None:
        """Open the link: the static document and the manifest."""
        self._get("")
        self.manifest = self._get("/manifest").get_json()

    def start(self) -> TestResponse:
        """Press Start: collect a ballot for the unit that the link names."""
        if not self.manifest:
            self.load()
        unit = self.unit
        public = _public(self._units()[unit]["key"])
        message = blind.message(secrets.token_bytes(32), self.round_key, unit)
        prepared = blind.prepare(message, secrets.token_bytes(32))
        hidden = blind.blind(public, prepared)
        answer = self._post("/issue", {"code": self.code, "blinded": text(hidden.blinded)})
        if answer.status_code == 200:
            given = raw(answer.get_json()["signature"])
            signature = blind.finalize(public, prepared, given, hidden.inverse)
            self.token = {"prepared": text(prepared), "signature": text(signature), "unit": unit}
        return answer

    def send(self, fields: Mapping[str, list[str]], version: int) -> TestResponse:
        """Seal the answers and send them."""
        content = json.dumps({"version": version, "language": "en", "fields": fields})
        nullifier = hashlib.sha256(raw(self.token["prepared"])).hexdigest()
        known = sealing.associated(self.round_key, nullifier)
        box = sealing.seal(_public(self.manifest["box_key"]), content.encode(), known)
        self.sent = {**self.token, "box": text(box)}
        return self.send_again()

    def send_again(self) -> TestResponse:
        """Repeat the very same request."""
        return self._post("/submit", self.sent)

    def withdraw(self) -> TestResponse:
        """Take the answers back."""
        return self._post("/withdraw", self.token)

    def _units(self) -> dict[int, dict[str, Any]]:
        return {unit["number"]: unit for unit in self.manifest["units"]}

    def _get(self, path: str) -> TestResponse:
        return self._kept(self.client.get(f"/s/{self.round_key}{path}", headers=self.headers))

    def _post(self, path: str, data: Mapping[str, Any]) -> TestResponse:
        headers = {**SAME_ORIGIN, **self.headers}
        address = f"/s/{self.round_key}{path}"
        return self._kept(self.client.post(address, json=dict(data), headers=headers))

    def _kept(self, answer: TestResponse) -> TestResponse:
        self.answered.append(answer)
        return answer


def text(content: bytes) -> str:
    """Bytes as they travel."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def raw(content: str) -> bytes:
    """Bytes as they arrived."""
    return base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))


def _public(spki: str) -> RSAPublicKey:
    key = load_der_public_key(base64.b64decode(spki))
    assert isinstance(key, RSAPublicKey)
    return key
