"""Passwords: long, not common, kept as Argon2id; checking takes as long for unknown people."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ..errors import InvalidError

SHORTEST, LONGEST = 12, 128
# 19 MiB, two passes, one lane: what two cores carry beside the pages.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# The hash of a random text nobody knows, with the same cost; checked for unknown addresses.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "14Qk4lSofvuiLwglWidIsQ$hSJ7mevTjkpu0AetqM6VpOFoI4A7zGxinR3wBG3pjiM"
)


class PasswordError(InvalidError):
    """A password is too short, too common or too personal."""


def hash_password(password: str) -> str:
    """What is stored instead of the password."""
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; as slow when there is no hash."""
    try:
        return _hasher.verify(stored or _NOBODY, password[:LONGEST]) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other costs than today's."""
    return _hasher.check_needs_rehash(stored)


def check(password: str, *personal: str) -> None:
    """Refuse a password that is short, common or personal."""
    if len(password) < SHORTEST:
        raise PasswordError("Use at least 12 characters; a sentence is easy to keep in mind.")
    if len(password) > LONGEST:
        raise PasswordError("Use at most 128 characters.")
    if _is_common(password):
        raise PasswordError("Many people use this password, so it is tried first. Choose another.")
    if _is_personal(password, personal):
        raise PasswordError("Leave out your name, your e-mail address and the company's name.")


def _is_common(password: str) -> bool:
    bare = _bare(password)
    return len(set(password.lower())) < 5 or bare in _common() or _repeats(bare)


def _repeats(bare: str) -> bool:
    """Whether a short or common word only stands several times in a row."""
    for size in range(1, len(bare) // 2 + 1):
        piece = bare[:size]
        if (piece * (len(bare) // size + 1))[: len(bare)] == bare:
            return size <= 4 or piece in _common()
    return not bare


def _is_personal(password: str, personal: tuple[str, ...]) -> bool:
    lowered = password.lower()
    words = {part for text in personal for part in re.split(r"[^\w]+", text.lower())}
    rest = lowered
    for word in sorted((word for word in words if len(word) >= 4), key=len, reverse=True):
        rest = rest.replace(word, "")
    # A long sentence may name the company; a name with a few digits behind it is the danger.
    return len(rest) < len(lowered) and len(rest) < SHORTEST


_LEET = str.maketrans("013457@$!", "oieastasi")


def _bare(password: str) -> str:
    """The password without the usual decoration: case, digits and signs at its ends, leet."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password.lower())
    return re.sub(r"[\W_]+", "", (core or password.lower()).translate(_LEET if core else {}))


@cache
def _common() -> frozenset[str]:
    lines = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(_bare(line) for line in lines.split() if not line.startswith("#"))
