import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from sop_assess.errors import InvalidError
from sop_assess.surveys import sealing, trustee
from sop_assess.surveys.keys import from_spki, spki

from .round_keys import rsa_key

PASSPHRASE = "Grüße von der Küste"
FILE = trustee.make(PASSPHRASE, "Works council", bits=2048)


def opened(passphrase: str = PASSPHRASE, **changes: Any) -> RSAPrivateKey:
    return trustee.open_key_file({**FILE, **changes}, passphrase, bits=2048)


def test_a_key_file_opens_with_its_passphrase_in_any_spelling() -> None:
    box = sealing.seal(from_spki(FILE["spki"], 2048), b"answers", b"bound")
    for spelled in (PASSPHRASE, PASSPHRASE.replace("ü", "u\u0308")):
        assert sealing.unseal(opened(spelled), box, b"bound") == b"answers"


def test_a_key_file_holds_no_open_secret() -> None:
    numbers = opened().private_numbers()
    raw = base64.b64decode(FILE["key"])
    for secret in (numbers.p, numbers.q, numbers.d):
        assert secret.to_bytes(256).lstrip(b"\0") not in raw
    assert PASSPHRASE not in json.dumps(FILE, ensure_ascii=False)
    assert FILE["rounds"] == 600_000


def test_a_key_file_survives_saving() -> None:
    saved = json.dumps(FILE, indent=1).encode()
    assert trustee.read_key_file(saved) == FILE


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(InvalidError, match="12"):
        trustee.make("elf Zeichen", "Works council")


@pytest.mark.parametrize("passphrase", ["", "grüße von der küste", PASSPHRASE + " ", "\ud800" * 12])
def test_another_passphrase_does_not_open_it(passphrase: str) -> None:
    with pytest.raises(InvalidError, match="passphrase"):
        opened(passphrase)


@pytest.mark.parametrize("changes", [
    {"format": "other"}, {"rounds": 1}, {"rounds": 10**12}, {"rounds": "600000"}, {"salt": 1},
    {"extra": "x"}, {"iv": "!"}, {"iv": ""}, {"key": ""}, {"key": FILE["key"][:-4]},
    {"spki": "x"}, {"spki": spki(rsa_key().public_key())}, {"salt": ""}, {"key": "é"},
])  # fmt: skip
def test_a_changed_file_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidError):
        opened(**changes)


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"{}", b"\xff", b"[" * 19_000, b'{"a": ' * 3000, b" " * 20_001, b"NaN",
     json.dumps({**FILE, "spki": 1}).encode()],
)  # fmt: skip
def test_another_file_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidError):
        trustee.read_key_file(raw)
