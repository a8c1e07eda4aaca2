"""What the HTTP server refuses before the application sees it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import create_server

from sop_assess import refusals
from sop_assess.assessment.models import Company
from sop_assess.db import Stores
from sop_assess.security import HEADERS


@pytest.fixture
def port(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that takes requests of 1000 bytes at most."""
    monkeypatch.setattr(HTTPChannel, "error_task_class", refusals.task_for(app))
    server = create_server(app, host="127.0.0.1", port=0, max_request_body_size=1000, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    server.close()
    thread.join(timeout=5)


@pytest.mark.parametrize(
    ("request_text", "status", "sentence"),
    [
        (b"POST / HTTP/1.0\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000, b"413",
         "At most 50 MB can be sent at once."),
        (b"GET / HTTP/1.0\r\nno header at all\r\n\r\n", b"400", "Go back, load the page again"),
    ],
)  # fmt: skip
def test_a_refused_request_gets_the_page_and_the_headers_of_every_error(
    port: int, request_text: bytes, status: bytes, sentence: str
) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request_text)
        answer = b""
        while block := connection.recv(65536):
            answer += block
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 " + status)
    assert sentence in body.decode()
    assert all(f"{name}: ".encode() in head for name in HEADERS)


def test_the_page_speaks_the_language_of_the_company(app: Flask, sqlite_stores: Stores) -> None:
    assert "At most 50 MB" in refusals.refuse(app, 413).get_data(as_text=True)
    with sqlite_stores.core.writing() as session:
        session.add(Company(id=1, name="Kestrel", language="de", profile={}))
    assert "Höchstens 50 MB" in refusals.refuse(app, 413).get_data(as_text=True)
