import hashlib
from pathlib import Path

import pytest

from sop_assess.assets import Assets
from sop_assess.surveys import bundle

from .test_manifest import manifest


def test_the_shipped_program_is_small_and_is_what_the_manifest_names() -> None:
    served = Assets(bundle.PROGRAM.parent).find("ballot.js")
    assert served is not None
    assert hashlib.sha256(served.content).hexdigest() == bundle.client_hash()
    assert len(served.packed) == bundle.packed_size() < 3000
    assert "import " not in bundle.PROGRAM.read_text()


def test_the_check_compares_with_what_rounds_promised(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, other, broken = (tmp_path / name for name in ("kept.json", "other.json", "broken.json"))
    kept.write_bytes(manifest(client=bundle.client_hash()).canonical())
    other.write_bytes(manifest().canonical())
    broken.write_text("[]")
    assert bundle.main(["--check", bundle.client_hash().upper(), str(kept)]) == 0
    assert bundle.client_hash() in capsys.readouterr().out
    for wrong in (str(other), str(broken), "a" * 64, "missing.json"):
        assert bundle.main(["--check", wrong]) == 1
        assert wrong in capsys.readouterr().err
    assert bundle.main([]) == bundle.main(["--check"]) == 0


def test_the_check_sees_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = bundle.client_hash()
    changed = tmp_path / "ballot.js"
    changed.write_bytes(bundle.PROGRAM.read_bytes() + b"\n")
    monkeypatch.setattr(bundle, "PROGRAM", changed)
    assert len(bundle.faults([right])) == 1
    changed.write_text("\n".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(99)))
    assert len(bundle.faults([right])) == 3
