"""A small mail server on loopback for tests: it keeps what it takes and can misbehave."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

Answer = Callable[[str], str]


@dataclass
class Inbox:
    """What arrived, and how the server behaves. `recipient` answers RCPT, `data` a whole mail."""

    port: int = 0
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    connections: int = 0
    recipient: Answer = lambda address: "250 ok"
    data: Answer = lambda address: "250 kept"
    offers: tuple[str, ...] = ()
    login: tuple[str, str] | None = None
    hang_up_after: int | None = None  # mails, then every connection ends in the middle

    @property
    def addresses(self) -> list[str]:
        return [address for address, _message in self.taken]

    @property
    def dead(self) -> bool:
        return self.hang_up_after is not None and len(self.taken) >= self.hang_up_after


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        inbox: Inbox = self.server.inbox  # type: ignore[attr-defined]
        inbox.connections += 1
        if inbox.dead:
            return
        self._say("220 test ready")
        address, known = "", inbox.login is None
        while line := self.rfile.readline():
            verb = line.split()[0].upper().decode() if line.split() else ""
            if verb in {"EHLO", "HELO"}:
                for word in ("test", *inbox.offers):
                    self._say(f"250-{word}")
                self._say("250 8BITMIME")
            elif verb == "AUTH":
                given = base64.b64decode(line.split()[2]).decode().split("\0")[1:]
                known = tuple(given) == inbox.login
                self._say("235 welcome" if known else "535 wrong")
            elif verb == "MAIL":
                self._say("250 ok" if known else "530 sign in first")
            elif verb == "RCPT":
                address = line.decode().partition("<")[2].partition(">")[0]
                if inbox.dead:
                    return
                self._say(inbox.recipient(address))
            elif verb == "DATA":
                self._say("354 go on")
                answer = self._take(inbox, address)
                self._say(answer)
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self, inbox: Inbox, address: str) -> str:
        lines = []
        while (line := self.rfile.readline()) and line != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        answer = inbox.data(address)
        if answer.startswith("2"):
            message = message_from_bytes(b"".join(lines), policy=default)
            inbox.taken.append((address, message))  # type: ignore[arg-type]
        return answer

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
        self.wfile.flush()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A broken line is part of the tests."""


@contextmanager
def smtp_server(inbox: Inbox, context: ssl.SSLContext | None = None) -> Iterator[Inbox]:
    """Take mail on a free port of this machine."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        server.inbox = inbox  # type: ignore[attr-defined]
        inbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield inbox
        server.shutdown()
        thread.join(timeout=5)
