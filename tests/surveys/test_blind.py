import json
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicNumbers,
    rsa_crt_dmp1,
    rsa_crt_dmq1,
    rsa_crt_iqmp,
)
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.errors import InvalidError
from sop_assess.surveys import blind

from .round_keys import rsa_key

PUBLISHED = json.loads((Path(__file__).parent / "rfc9474_vectors.json").read_text())
VECTORS: list[dict[str, Any]] = PUBLISHED["vectors"]


@pytest.fixture(scope="module")
def published_key() -> RSAPrivateKey:
    p, q, n, e, d = (int(PUBLISHED["key"][part], 16) for part in "pqned")
    return RSAPrivateNumbers(
        p, q, d, rsa_crt_dmp1(d, p), rsa_crt_dmq1(d, q), rsa_crt_iqmp(p, q), RSAPublicNumbers(e, n)
    ).private_key()


def test_all_four_variants_are_there() -> None:
    assert len(VECTORS) == 4
    assert {(v["randomized"], v["salt_length"]) for v in VECTORS} == {
        (True, 48), (True, 0), (False, 48), (False, 0)
    }  # fmt: skip


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_published_vectors(vector: dict[str, Any], published_key: RSAPrivateKey) -> None:
    public = published_key.public_key()
    n = public.public_numbers().n
    prepared = bytes.fromhex(PUBLISHED["msg"])
    if vector["randomized"]:
        prepared = blind.prepare(prepared, bytes.fromhex(vector["msg_prefix"]))
    assert prepared.hex() == vector["input_msg"]
    salt, inverse = bytes.fromhex(vector["salt"]), int(vector["inv"], 16)
    if "encoded_msg" in vector:
        encoded = blind.encode(prepared, n.bit_length() - 1, salt)
        assert encoded.hex() == vector["encoded_msg"]
    blinded = blind.blind(public, prepared, salt=salt, r=pow(inverse, -1, n))
    assert (blinded.blinded.hex(), blinded.inverse) == (vector["blinded_msg"], inverse)
    signed = blind.blind_sign(published_key, blinded.blinded)
    assert signed.hex() == vector["blind_sig"]
    salt_bytes = vector["salt_length"]
    signature = blind.finalize(public, prepared, signed, inverse, salt_bytes=salt_bytes)
    assert signature.hex() == vector["sig"]
    assert blind.verify(public, prepared, signature, salt_bytes=salt_bytes)
    assert not blind.verify(public, prepared, signature, salt_bytes=48 - salt_bytes)


def ballot(unit: int = 3, round_key: str = "round-a") -> tuple[bytes, bytes]:
    """A prepared message and its signature."""
    prepared = blind.prepare(blind.message(b"n" * 32, round_key, unit), b"p" * 32)
    hidden = blind.blind(rsa_key().public_key(), prepared)
    signed = blind.blind_sign(rsa_key(), hidden.blinded)
    return prepared, blind.finalize(rsa_key().public_key(), prepared, signed, hidden.inverse)


PREPARED, SIGNATURE = ballot()


def flipped(data: bytes, bit: int) -> bytes:
    return (int.from_bytes(data) ^ 1 << bit % (8 * len(data))).to_bytes(len(data))


@given(bit=st.integers(0, 4096), which=st.booleans())
def test_a_flipped_bit_is_rejected(bit: int, which: bool) -> None:
    public = rsa_key().public_key()
    assert blind.verify(public, PREPARED, SIGNATURE)
    prepared = flipped(PREPARED, bit) if which else PREPARED
    signature = SIGNATURE if which else flipped(SIGNATURE, bit)
    assert not blind.verify(public, prepared, signature)


@pytest.mark.parametrize("signature", [b"", SIGNATURE[1:], b"\0" + SIGNATURE, bytes(256)])
def test_a_signature_of_another_length_is_rejected(signature: bytes) -> None:
    assert not blind.verify(rsa_key().public_key(), PREPARED, signature)


def test_another_units_key_did_not_sign() -> None:
    assert not blind.verify(rsa_key("second").public_key(), PREPARED, SIGNATURE)


@given(round_key=st.text(max_size=8), unit=st.integers(0, 65535))
def test_a_ballot_belongs_to_one_round_and_unit(round_key: str, unit: int) -> None:
    prepared = blind.prepare(blind.message(b"n" * 32, round_key, unit), b"p" * 32)
    assert blind.matches(prepared, round_key, unit)
    assert not blind.matches(prepared, round_key, unit + 1)
    assert not blind.matches(prepared, round_key + "x", unit)
    assert not blind.matches(prepared + b"x", round_key, unit)
    assert not blind.matches(prepared[1:], round_key, unit)
    assert not blind.matches(b"x" + prepared, round_key, unit)


def edge_values() -> list[bytes]:
    n = rsa_key().public_key().public_numbers().n
    return [value.to_bytes(256) for value in (0, 1, n - 1, n, n + 1)]


@pytest.mark.parametrize(
    "blinded", [*edge_values(), b"", b"x", (2).to_bytes(255), (2).to_bytes(257), b"\xff" * 256]
)
def test_the_signer_refuses_what_is_out_of_range(blinded: bytes) -> None:
    with pytest.raises(InvalidError):
        blind.blind_sign(rsa_key(), blinded)


def test_the_signer_takes_the_ends_of_the_range_and_repeats_itself() -> None:
    n, e = rsa_key().public_key().public_numbers().n, 65537
    for value in (2, n - 2):
        signed = blind.blind_sign(rsa_key(), value.to_bytes(256))
        assert pow(int.from_bytes(signed), e, n) == value
        assert signed == blind.blind_sign(rsa_key(), value.to_bytes(256))


def test_a_faulty_half_never_leaves_the_signer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blind, "_root", lambda numbers, value: pow(value, numbers.d, numbers.p))
    with pytest.raises(RuntimeError):
        blind.blind_sign(rsa_key(), (2).to_bytes(256))


def test_the_private_operation_never_sees_the_same_number_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []
    root = blind._root
    monkeypatch.setattr(
        blind, "_root", lambda numbers, value: seen.append(value) or root(numbers, value)
    )
    for _ in range(3):
        blind.blind_sign(rsa_key(), (2).to_bytes(256))
    assert len({2, *seen}) == 4


def test_a_foreign_signature_is_not_unblinded() -> None:
    hidden = blind.blind(rsa_key().public_key(), PREPARED)
    foreign = blind.blind_sign(rsa_key(), blind.blind(rsa_key().public_key(), b"other").blinded)
    for signed in (foreign, foreign[1:], b""):
        with pytest.raises(InvalidError):
            blind.finalize(rsa_key().public_key(), PREPARED, signed, hidden.inverse)


def test_two_blindings_of_one_ballot_share_nothing() -> None:
    first, second = (blind.blind(rsa_key().public_key(), PREPARED) for _ in range(2))
    assert first.blinded != second.blinded
    assert first.inverse != second.inverse


@pytest.mark.parametrize("length", [0, 31, 33])
def test_nonce_and_prefix_have_one_length(length: int) -> None:
    with pytest.raises(InvalidError):
        blind.message(bytes(length), "round-a", 1)
    with pytest.raises(InvalidError):
        blind.prepare(PREPARED, bytes(length))


def test_signing_with_a_key_of_the_products_length_is_fast_enough() -> None:
    key = rsa_key("long", 3072)
    hidden = blind.blind(key.public_key(), PREPARED).blinded
    times = []
    for _ in range(5):
        begun = time.process_time()
        blind.blind_sign(key, hidden)
        times.append(time.process_time() - begun)
    assert min(times) < 0.05
