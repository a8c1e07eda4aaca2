import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sop_assess.errors import GoneError, InvalidError
from sop_assess.surveys import blind, keys, signer
from sop_assess.surveys.keys import KeyFolder
from sop_assess.surveys.signer import Signer

from .round_keys import rsa_key

PREPARED = blind.prepare(blind.message(b"n" * 32, "round-a", 1), b"p" * 32)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyFolder:
    names = (str(n) for n in range(9))
    monkeypatch.setattr(
        keys.rsa, "generate_private_key", lambda e, bits: rsa_key(next(names), bits)
    )
    made = KeyFolder(tmp_path / "keys", bits=2048)
    made.create("round-a", [1, 2], with_box=False)
    return made


@pytest.fixture
def desk(folder: KeyFolder) -> Iterator[Signer]:
    opened = Signer(folder.path, bits=2048)
    yield opened
    opened.close()


def signs(desk: Signer, folder: KeyFolder, unit: int = 1) -> bool:
    """Whether a ballot is signed with the unit's key."""
    public = folder.issuer_public("round-a", unit)
    hidden = blind.blind(public, PREPARED)
    signed = desk.sign("round-a", unit, hidden.blinded)
    return blind.verify(public, PREPARED, blind.finalize(public, PREPARED, signed, hidden.inverse))


def test_each_unit_has_its_own_key(desk: Signer, folder: KeyFolder) -> None:
    assert signs(desk, folder, 1)
    assert signs(desk, folder, 2)
    public = folder.issuer_public("round-a", 1)
    hidden = blind.blind(public, PREPARED)
    with pytest.raises(InvalidError):
        blind.finalize(public, PREPARED, desk.sign("round-a", 2, hidden.blinded), hidden.inverse)


def test_only_the_signer_loads_issuer_keys_and_it_leaves_no_memory_image(
    desk: Signer, folder: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[bytes] = []
    monkeypatch.setattr(keys, "load_pem_private_key", lambda raw, password: loaded.append(raw))
    assert signs(desk, folder)
    assert not loaded
    limits = Path(f"/proc/{desk.pid}/limits").read_text()
    assert re.search(r"Max core file size\s+0\s+0\s", limits)


def test_refusals_reach_the_caller_and_the_signer_goes_on(desk: Signer, folder: KeyFolder) -> None:
    assert signs(desk, folder)
    before = desk.pid
    for blinded in (b"", bytes(256), b"\xff" * 256, bytes(255) + b"\1"):
        with pytest.raises(InvalidError):
            desk.sign("round-a", 1, blinded)
    for round_key, unit in (("round-b", 1), ("round-a", 3)):
        with pytest.raises(GoneError):
            desk.sign(round_key, unit, b"x" * 256)
    with pytest.raises(InvalidError):
        desk.sign("../round-a", 1, b"x" * 256)
    assert signs(desk, folder)
    assert desk.pid == before is not None


def test_a_refusal_comes_back_with_its_values_to_be_said_here(
    desk: Signer, folder: KeyFolder
) -> None:
    other = ed25519.Ed25519PrivateKey.generate()
    content = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    folder.issuer_file("round-a", 1).write_bytes(content)
    with pytest.raises(InvalidError) as caught:
        desk.sign("round-a", 1, b"x" * 256)
    assert caught.value.words == "The key file %(name)s of this round holds no RSA key."
    assert caught.value.values == {"name": "issuer-1.pem"}


def test_a_killed_or_stuck_signer_is_replaced(
    desk: Signer, folder: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    blinded = blind.blind(folder.issuer_public("round-a", 1), PREPARED).blinded
    first, pids = desk.sign("round-a", 1, blinded), {desk.pid}
    for sent in (signal.SIGKILL, signal.SIGSTOP):
        monkeypatch.setattr(signer, "ANSWER_SECONDS", 0 if sent == signal.SIGSTOP else 30)
        os.kill(desk.pid or 0, sent)
        if sent == signal.SIGSTOP:
            # Nor can the replacement answer in no time at all.
            with pytest.raises(RuntimeError):
                desk.sign("round-a", 1, blinded)
            monkeypatch.setattr(signer, "ANSWER_SECONDS", 30)
        assert desk.sign("round-a", 1, blinded) == first
        pids.add(desk.pid)
    assert len(pids) == 3
    desk.close()
    assert desk.pid is None
    assert desk.sign("round-a", 1, blinded) == first


def test_threads_may_share_it_while_it_is_killed(desk: Signer, folder: KeyFolder) -> None:
    def ask(number: int) -> bool:
        if number == 6 and desk.pid:
            os.kill(desk.pid, signal.SIGKILL)
        return signs(desk, folder, 1 + number % 2)

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(ask, range(18)))


def test_destroyed_keys_leave_the_signers_memory(desk: Signer, folder: KeyFolder) -> None:
    assert signs(desk, folder)
    folder.destroy_issuing("round-a")
    with pytest.raises(GoneError):
        desk.sign("round-a", 1, b"x" * 256)
    end = time.monotonic() + 5
    while desk.pid and time.monotonic() < end:
        time.sleep(0.05)
    assert desk.pid is None


def test_an_idle_signer_notices_destruction_by_itself(
    folder: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signer, "_LOOK_SECONDS", 0.05)
    asking, other_end = os.pipe()
    own = signer.Desk(folder)
    assert b"signature" in own.answer(
        b'{"round": "round-a", "unit": 1, "blinded": "%s"}' % (b"eHh4" * 85 + b"eA==")
    )
    with ThreadPoolExecutor(1) as pool, os.fdopen(asking, "rb") as pipe:
        waiting = pool.submit(signer.serve, own, pipe, pipe)
        assert not waiting.done()
        folder.destroy("round-a")
        waiting.result(timeout=5)
    os.close(other_end)
