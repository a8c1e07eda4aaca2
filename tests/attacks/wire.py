"""Respondents who reach a real server from an address of their own."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What came back, with the names that Flask's test client uses."""

    status_code: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.data.decode("utf-8", "replace")

    def get_json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.data)


@dataclass(frozen=True)
class WireClient:
    """One device: every request is a connection of its own from this loopback address."""

    port: int
    address: str

    def get(self, path: str, headers: Mapping[str, str]) -> Answer:
        """GET."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, json: Any, headers: Mapping[str, str]) -> Answer:
        """POST with a JSON body."""
        return self._ask("POST", path, json, {**headers, "Content-Type": "application/json"})

    def _ask(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=30, source_address=(self.address, 0)
        )
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, dict(headers))
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()
