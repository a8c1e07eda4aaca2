import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sop_assess.errors import ConflictError, GoneError, InvalidError
from sop_assess.surveys import keys
from sop_assess.surveys.keys import KeyFolder, code_for, from_spki, spki

from .round_keys import rsa_key


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyFolder:
    """A folder with one round of two units; keys are handed out instead of made."""
    names = (str(n) for n in range(9))
    monkeypatch.setattr(
        keys.rsa, "generate_private_key", lambda e, bits: rsa_key(next(names), bits)
    )
    made = KeyFolder(tmp_path / "keys", bits=2048)
    made.create("round-a", [1, 2], with_box=True)
    return made


def files(folder: KeyFolder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder.path / "round-a").iterdir()}


def test_a_round_gets_keys_that_only_the_owner_reads(folder: KeyFolder) -> None:
    assert set(files(folder)) == {
        "invitation.key", "ledger.key", "issuer-1.pem", "issuer-1.spki", "issuer-2.pem",
        "issuer-2.spki", "box.pem", "box.spki",
    }  # fmt: skip
    for path in folder.path.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert len({folder.invitation_key("round-a"), folder.ledger_key("round-a")}) == 2
    assert len(folder.ledger_key("round-a")) == 32


def test_public_and_private_halves_belong_together(folder: KeyFolder) -> None:
    pairs = [(folder.issuer_private("round-a", n), folder.issuer_public("round-a", n))
             for n in (1, 2)]  # fmt: skip
    pairs.append((folder.box_private("round-a"), folder.box_public("round-a")))
    assert len({spki(public) for _, public in pairs}) == 3
    assert all(spki(private.public_key()) == spki(public) for private, public in pairs)


def test_a_trustee_round_has_no_key_that_opens_answers(folder: KeyFolder) -> None:
    folder.create("round-b", [0], with_box=False)
    with pytest.raises(GoneError):
        folder.box_private("round-b")


def test_the_products_keys_are_long_enough(tmp_path: Path) -> None:
    made = KeyFolder(tmp_path)
    made.create("round-a", [0], with_box=False)
    assert made.issuer_private("round-a", 0).key_size == 3072


def test_keys_are_made_once(folder: KeyFolder) -> None:
    before = files(folder)
    with pytest.raises(ConflictError):
        folder.create("round-a", [1], with_box=True)
    assert files(folder) == before


def test_after_a_crash_keys_are_made_anew(folder: KeyFolder) -> None:
    unfinished = folder.path / "round-b.new"
    unfinished.mkdir()
    (unfinished / "ledger.key").write_bytes(b"half")
    folder.create("round-b", [1], with_box=False)
    assert len(folder.ledger_key("round-b")) == 32
    assert not unfinished.exists()


def test_after_issuing_only_the_box_key_is_left(folder: KeyFolder) -> None:
    folder.destroy_issuing("round-a")
    folder.destroy_issuing("round-a")
    assert set(files(folder)) == {"box.pem", "box.spki"}
    for ask in (folder.ledger_key, folder.invitation_key):
        with pytest.raises(GoneError):
            ask("round-a")
    with pytest.raises(GoneError):
        folder.issuer_private("round-a", 1)
    assert folder.box_private("round-a").key_size == 2048


def test_destroyed_keys_are_overwritten_first(folder: KeyFolder, tmp_path: Path) -> None:
    old = files(folder)
    for name in old:
        os.link(folder.path / "round-a" / name, tmp_path / name)
    folder.destroy("round-a")
    for name, content in old.items():
        assert content[:40] not in (tmp_path / name).read_bytes()
    assert not folder.exists("round-a")
    folder.destroy("round-a")
    assert not list(folder.path.iterdir())


def test_an_interrupted_destruction_is_finished_later(folder: KeyFolder) -> None:
    (folder.path / "round-a" / "issuer-1.pem").unlink()
    (folder.path / "round-c.new").mkdir()
    assert folder.exists("round-c")
    folder.destroy("round-a")
    folder.destroy("round-c")
    assert not list(folder.path.iterdir())


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a.new", "ä", "a" * 65, "a\n"])
def test_a_round_key_never_leaves_the_folder(name: str, folder: KeyFolder) -> None:
    with pytest.raises(InvalidError):
        folder.create(name, [1], with_box=False)
    with pytest.raises(InvalidError):
        folder.destroy(name)


def test_codes_differ_by_person_and_round() -> None:
    codes = {code_for(key, person) for key in (b"a" * 32, b"b" * 32) for person in ("p", "q")}
    assert len(codes) == 4
    assert {len(code) for code in codes} == {22}
    assert code_for(b"a" * 32, "p") in codes


def test_only_an_rsa_key_of_the_right_length_is_taken() -> None:
    right = spki(rsa_key().public_key())
    assert spki(from_spki(right, 2048)) == right
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for text in (right[:-8], "", "é", "====", "".join(raw.splitlines()[1:-1])):
        with pytest.raises(InvalidError):
            from_spki(text, 2048)
    with pytest.raises(InvalidError):
        from_spki(right)
