"""Sample companies are built many times: keys are made once, and signed with in this process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sop_assess.surveys.blind import blind_sign
from sop_assess.surveys.keys import KEY_BITS, KeyFolder

UNITS_AND_BOX = 9


@dataclass(frozen=True)
class SignsHere:
    """The signer without its process."""

    path: Path

    def sign(self, round_key: str, unit: int, blinded: bytes) -> bytes:
        return blind_sign(KeyFolder(self.path).issuer_private(round_key, unit), blinded)


@pytest.fixture(scope="session", autouse=True)
def few_keys() -> Iterator[None]:
    """The same keys for every company."""
    made = cycle([rsa.generate_private_key(65537, KEY_BITS) for _ in range(UNITS_AND_BOX)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sop_assess.surveys.views.Signer", SignsHere)
        patch.setattr(rsa, "generate_private_key", lambda *_: next(made))
        yield
