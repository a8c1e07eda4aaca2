"""The keys of a round, in a folder outside databases and backups, destroyed after closing."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)

from ..errors import ConflictError, GoneError, InvalidError

KEY_BITS: Final = 3072
_BOX: Final = "box"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_UNFINISHED: Final = ".new"


def spki(public: RSAPublicKey) -> str:
    """A public key as the manifest carries it: base64 of its SubjectPublicKeyInfo."""
    raw = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(raw).decode()


def from_spki(text: str, bits: int = KEY_BITS) -> RSAPublicKey:
    """The RSA public key in such a text; InvalidError for anything else."""
    try:
        key = load_der_public_key(base64.b64decode(text, validate=True))
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidError("This is not a public key. Choose the trustee's key file.") from error
    right = isinstance(key, RSAPublicKey) and key.key_size == bits
    if not right or not isinstance(key, RSAPublicKey) or key.public_numbers().e != 65537:
        raise InvalidError(
            "A round needs an RSA key of %(bits)s bits. Make a new key file.", bits=bits
        )
    return key


def code_for(invitation_key: bytes, person_id: str) -> str:
    """The code in a person's link: written anew for each mail, stored nowhere."""
    mac = hmac.new(invitation_key, person_id.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:16]).rstrip(b"=").decode()


def pem(private: RSAPrivateKey) -> bytes:
    """A private key as the key folder keeps it."""
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class KeyFolder:
    """All rounds' keys below one folder; `bits` is smaller in tests only."""

    def __init__(self, path: Path, *, bits: int = KEY_BITS) -> None:
        self.path = path
        self._bits = bits

    def create(self, round_key: str, units: Sequence[int], *, with_box: bool) -> None:
        """Make a round's keys: all of them, or after a crash none that counts."""
        folder = self._folder(round_key)
        if folder.exists():
            raise ConflictError("This round has its keys already. They are made once.")
        unfinished = folder.with_name(folder.name + _UNFINISHED)
        _remove(unfinished)
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished.mkdir(mode=0o700)
        for name, content in self._fresh(units, with_box=with_box).items():
            _write(unfinished / name, content)
        _sync(unfinished)
        unfinished.rename(folder)
        _sync(self.path)

    def exists(self, round_key: str) -> bool:
        """Whether any key of the round is left."""
        folder = self._folder(round_key)
        return folder.exists() or folder.with_name(folder.name + _UNFINISHED).exists()

    def invitation_key(self, round_key: str) -> bytes:
        """The key that the codes of mail links are written with."""
        return self._read(round_key, "invitation.key")

    def ledger_key(self, round_key: str) -> bytes:
        """The key of the sealed ledger."""
        return self._read(round_key, "ledger.key")

    def issuer_public(self, round_key: str, number: int) -> RSAPublicKey:
        """The key that ballots of a reporting unit verify with."""
        return self._public(round_key, f"issuer-{number}.spki")

    def issuer_private(self, round_key: str, number: int) -> RSAPrivateKey:
        """The key that signs ballots; the signer process alone asks for it."""
        return self._private(round_key, f"issuer-{number}.pem")

    def issuer_file(self, round_key: str, number: int) -> Path:
        """Where that key lies as long as the round issues ballots."""
        return self._folder(round_key) / f"issuer-{number}.pem"

    def box_public(self, round_key: str) -> RSAPublicKey:
        """The key that answers are sealed to."""
        return self._public(round_key, f"{_BOX}.spki")

    def box_private(self, round_key: str) -> RSAPrivateKey:
        """The key that opens the answers; a trustee round has none here."""
        return self._private(round_key, f"{_BOX}.pem")

    def destroy_issuing(self, round_key: str) -> None:
        """Destroy all but the key that opens the answers: no ballot can be issued any more."""
        folder = self._folder(round_key)
        if folder.exists():
            _shred(path for path in folder.iterdir() if path.stem != _BOX)
            _sync(folder)

    def destroy(self, round_key: str) -> None:
        """Destroy every key of the round; again changes nothing."""
        folder = self._folder(round_key)
        _remove(folder)
        _remove(folder.with_name(folder.name + _UNFINISHED))

    def _fresh(self, units: Iterable[int], *, with_box: bool) -> Mapping[str, bytes]:
        files = {name: secrets.token_bytes(32) for name in ("invitation.key", "ledger.key")}
        pairs = [f"issuer-{number}" for number in units] + [_BOX] * with_box
        for name in pairs:
            private = rsa.generate_private_key(65537, self._bits)
            files[f"{name}.pem"] = pem(private)
            files[f"{name}.spki"] = spki(private.public_key()).encode()
        return files

    def _folder(self, round_key: str) -> Path:
        if not _NAME.fullmatch(round_key):
            raise InvalidError("This is not the key of a round.")
        return self.path / round_key

    def _read(self, round_key: str, name: str) -> bytes:
        try:
            return (self._folder(round_key) / name).read_bytes()
        except FileNotFoundError as error:
            raise GoneError(
                "The keys for this step no longer exist: the round is closed or they were lost."
            ) from error

    def _public(self, round_key: str, name: str) -> RSAPublicKey:
        return from_spki(self._read(round_key, name).decode(), self._bits)

    def _private(self, round_key: str, name: str) -> RSAPrivateKey:
        key = load_pem_private_key(self._read(round_key, name), None)
        if not isinstance(key, RSAPrivateKey):
            raise InvalidError("The key file %(name)s of this round holds no RSA key.", name=name)
        return key


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _remove(folder: Path) -> None:
    if folder.exists():
        _shred(folder.iterdir())
        folder.rmdir()
        _sync(folder.parent)


def _shred(paths: Iterable[Path]) -> None:
    for path in sorted(paths):
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
