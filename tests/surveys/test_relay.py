from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sop_assess.surveys import relay as relays
from sop_assess.surveys.relay import LaterError, MailError, RefusedError, Relay

from .smtp_server import Inbox, smtp_server

SENDER = "Survey <s@kestrel.example>"


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, "ann@kestrel.example", "Hello"
    message.set_content("Hello\n.\nline with a dot\n")
    return message


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def test_one_connection_carries_many_mails() -> None:
    with smtp_server(Inbox()) as inbox:
        with Relay(f"smtp://127.0.0.1:{inbox.port}", SENDER) as relay:
            for _ in range(3):
                relay.send(letter(), "ann@kestrel.example")
        assert inbox.addresses == ["ann@kestrel.example"] * 3
        assert inbox.connections == 1
        assert "line with a dot" in inbox.taken[0][1].get_content()


@pytest.mark.parametrize(
    ("answer", "error"),
    [("550 <ann@kestrel.example> unknown", RefusedError), ("450 later", LaterError),
     ("552 full", RefusedError), ("421 closing", LaterError)],
)  # fmt: skip
def test_refusals_carry_no_address(answer: str, error: type[Exception]) -> None:
    for inbox in (Inbox(recipient=lambda _: answer), Inbox(data=lambda _: answer)):
        with smtp_server(inbox), Relay(f"smtp://127.0.0.1:{inbox.port}", SENDER) as relay:
            with pytest.raises(error) as caught:
                relay.send(letter(), "ann@kestrel.example")
            assert "ann" not in str(caught.value) + repr(caught.value.__cause__)


def test_the_line_is_opened_again_after_it_broke() -> None:
    with smtp_server(Inbox(hang_up_after=1)) as inbox:
        with Relay(f"smtp://127.0.0.1:{inbox.port}", SENDER) as relay:
            relay.send(letter(), "ann@kestrel.example")
            with pytest.raises(LaterError):
                relay.send(letter(), "bob@kestrel.example")
            inbox.hang_up_after = None
            relay.send(letter(), "bob@kestrel.example")
        assert inbox.addresses == ["ann@kestrel.example", "bob@kestrel.example"]


def test_nobody_answers() -> None:
    with smtp_server(Inbox()) as inbox:
        port = inbox.port
    with Relay(f"smtp://127.0.0.1:{port}", SENDER) as relay, pytest.raises(LaterError):
        relay.send(letter(), "ann@kestrel.example")


def test_signing_in() -> None:
    inbox = Inbox(offers=("AUTH PLAIN",), login=("ann@k", "p:w/1"))
    with smtp_server(inbox):
        with Relay(f"smtp://ann%40k:p%3Aw%2F1@127.0.0.1:{inbox.port}", SENDER) as relay:
            relay.send(letter(), "ann@kestrel.example")
        wrong = Relay(f"smtp://ann%40k:wrong@127.0.0.1:{inbox.port}", SENDER)
        with wrong as relay, pytest.raises(MailError, match="user name and password"):
            relay.send(letter(), "ann@kestrel.example")
    assert len(inbox.taken) == 1


def test_mail_to_another_machine_is_never_sent_in_the_clear(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relays, "_LOOPBACK", set())  # as if it were another machine
    with smtp_server(Inbox()) as inbox:
        relay = Relay(f"smtp://127.0.0.1:{inbox.port}", SENDER)
        with relay, pytest.raises(MailError, match="no encryption"):
            relay.send(letter(), "ann@kestrel.example")
        assert not inbox.taken


def test_encrypted_from_the_first_byte(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    with smtp_server(Inbox(), server) as inbox:
        url = f"smtps://127.0.0.1:{inbox.port}"
        trusting = ssl.create_default_context(cafile=str(cert))
        with Relay(url, SENDER, trusting) as relay:
            relay.send(letter(), "ann@kestrel.example")
        with Relay(url, SENDER) as relay, pytest.raises(MailError, match="cannot be verified"):
            relay.send(letter(), "ann@kestrel.example")
        assert len(inbox.taken) == 1
