"""The program on the device against the published vector and against the server's own modules."""

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from sop_assess.surveys import blind, sealing
from sop_assess.surveys.bundle import client_hash
from sop_assess.surveys.keys import spki
from sop_assess.surveys.manifest import WORDS_FILE, Manifest
from tests.surveys.round_keys import rsa_key
from tests.surveys.test_manifest import manifest, unit

from .conftest import LiveServer

pytestmark = pytest.mark.browser

PUBLISHED = json.loads((Path(__file__).parents[1] / "surveys/rfc9474_vectors.json").read_text())
RANDOMIZED = next(v for v in PUBLISHED["vectors"] if v["randomized"] and v["salt_length"])
Run = Callable[..., Any]


SHORT = """const b = await import(given.address)
const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, '0')).join('')
const raw = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))
"""


@pytest.fixture
def run(browser_page: Page, live_server: LiveServer) -> Run:
    """Run the body of a function in a page where `b` is the program and `given` the argument."""
    browser_page.goto(live_server.url)
    address = live_server.app.extensions["sop_assess"].assets.url("ballot.js")

    def body(script: str, **given: Any) -> Any:
        function = f"async (given) => {{ {SHORT} {script} }}"
        return browser_page.evaluate(function, {"address": address, **given})

    return body


def public_key(bits: int = 2048) -> str:
    return spki(rsa_key("first", bits).public_key())


def published_spki() -> str:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

    n, e = (int(PUBLISHED["key"][part], 16) for part in "ne")
    return spki(RSAPublicNumbers(e, n).public_key())


def test_the_published_vector_is_reproduced(run: Run) -> None:
    n = int(PUBLISHED["key"]["n"], 16)
    found = run(
        """const spki = b.toBytes(given.spki), prepared = raw(given.input_msg)
        const made = await b.blind(spki, prepared, raw(given.salt), BigInt('0x' + given.r))
        const sig = await b.finalize(spki, prepared, raw(given.blind_sig), made.inverse)
        return { blinded_msg: hex(made.blinded), inv: made.inverse.toString(16), sig: hex(sig) }""",
        spki=published_spki(), r=f"{pow(int(RANDOMIZED['inv'], 16), -1, n):x}", **RANDOMIZED,
    )  # fmt: skip
    assert found == {name: RANDOMIZED[name] for name in ("blinded_msg", "inv", "sig")}


BLIND = """const spki = b.toBytes(given.spki), prepared = await b.prepared('round-a', 3)
const made = await b.blind(spki, prepared)
return { prepared: b.toText(prepared), blinded: b.toText(made.blinded),
  inverse: String(made.inverse), mark: await b.nullifierOf(prepared) }"""
FINALIZE = """return b.toText(await b.finalize(b.toBytes(given.spki), b.toBytes(given.prepared),
  b.toBytes(given.signed), BigInt(given.inverse)))"""


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_ballot_of_the_device_is_signed_and_verified_by_the_server(run: Run) -> None:
    key, spki_text = rsa_key("first", 3072), public_key(3072)
    made, other = run(BLIND, spki=spki_text), run(BLIND, spki=spki_text)
    assert not {*made.values()} & {*other.values()}
    prepared = raw(made["prepared"])
    assert blind.matches(prepared, "round-a", 3)
    assert made["mark"] == hashlib.sha256(prepared).hexdigest()
    signed = text(blind.blind_sign(key, raw(made["blinded"])))
    signature = run(FINALIZE, spki=spki_text, signed=signed, **made)
    assert blind.verify(key.public_key(), prepared, raw(signature))


@pytest.mark.parametrize("wrong", ["key", "bit", "short", "long"])
def test_the_device_refuses_what_the_manifests_key_did_not_sign(run: Run, wrong: str) -> None:
    made = run(BLIND, spki=public_key())
    signer = rsa_key("second" if wrong == "key" else "first")
    value = int.from_bytes(raw(made["blinded"])) % signer.public_key().public_numbers().n
    signed = blind.blind_sign(signer, value.to_bytes(256))
    changed = {"bit": signed[:-1] + bytes([signed[-1] ^ 1]), "short": signed[:-1],
               "long": b"\0" + signed}.get(wrong, signed)  # fmt: skip
    with pytest.raises(Error, match="signature"):
        run(FINALIZE, spki=public_key(), signed=text(changed), **made)


SEAL = """const content = b.toBytes(given.content), bound = b.associated('round-ä', given.mark)
return b.toText(await b.seal(b.toBytes(given.spki), content, bound))"""


@pytest.mark.parametrize("bucket", sealing.BUCKETS)
def test_boxes_of_the_device_open_on_the_server(run: Run, bucket: int) -> None:
    key, mark = rsa_key("first", 3072), "ab" * 32
    shortest = bucket // 4 - 3 if bucket > 4096 else 0
    for content in (b"a" * shortest, bytes(range(256)) * (bucket // 256 - 1), b"z" * (bucket - 4)):
        box = raw(run(SEAL, spki=public_key(3072), content=text(content), mark=mark))
        assert len(box) == 384 + 12 + bucket + 16
        assert sealing.unseal(key, box, sealing.associated("round-ä", mark)) == content


def test_answers_beyond_the_last_bucket_are_refused(run: Run) -> None:
    with pytest.raises(Error, match="size"):
        run(SEAL, spki=public_key(3072), content=text(bytes((256 << 10) - 3)), mark="ab")


CHECK = """const bytes = b.toBytes(given.bytes)
const found = await b.checkManifest(bytes, given.fragment, given.program)
return { words: await b.wordsOf(found.digest, given.list),
  units: found.manifest.units.map((one) => hex(b.unitOf(found.manifest, one.number).spki)) }"""
WORDS = WORDS_FILE.read_text(encoding="utf-8")


def promise(**options: Any) -> Manifest:
    keys = {"units": [unit(1, key=public_key()), unit(2, key="a2V5")]}
    return manifest(**{"client": client_hash(), **keys, **options})


def checked(run: Run, served: bytes, fragment: str, **more: Any) -> Any:
    return run(CHECK, bytes=text(served), fragment=fragment, **{"list": WORDS, **more})


def test_the_device_reads_the_same_manifest_as_the_poster(run: Run) -> None:
    right = promise()
    found = checked(run, right.canonical(), right.fragment())
    assert tuple(found["words"]) == right.words()
    assert bytes.fromhex(found["units"][0]) == base64.b64decode(public_key())


def test_the_device_refuses_another_manifest_key_or_program(run: Run) -> None:
    right = promise()
    for other in (
        promise(units=[unit(1, key="other"), unit(2, key="a2V5")]), promise(minimum_group=6),
    ):  # fmt: skip
        with pytest.raises(Error, match="manifest"):
            checked(run, other.canonical(), right.fragment())
    old = promise(client="b" * 64)
    with pytest.raises(Error, match="bundle"):
        checked(run, old.canonical(), old.fragment())
    with pytest.raises(Error, match="bundle"):
        checked(run, right.canonical(), right.fragment(), program="/healthz")
    with pytest.raises(Error, match="words"):
        checked(run, right.canonical(), right.fragment(), list=WORDS.replace("acorn", "akorn"))


@pytest.mark.parametrize("change", [
    {"units": [{"number": 1, "invited": 4, "key": "a2V5"}], "minimum_group": 5},
    {"units": [{"number": 1, "invited": 4, "key": "a2V5"}], "minimum_group": 4},
    {"units": [{"number": 2, "invited": 9, "key": "a2V5"}], "minimum_group": 5},
    {"units": [{"number": n, "invited": 9, "key": "a2V5"} for n in (1, 2)], "minimum_group": 5},
])  # fmt: skip
def test_the_device_takes_no_key_made_for_few(run: Run, change: dict[str, Any]) -> None:
    with pytest.raises(Error, match="key"):
        run("b.unitOf(given.manifest, 1)", manifest=change)
