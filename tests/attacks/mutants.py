"""Take one protection away at a time, in a copy of the tree: the fast attacks must go red."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = "tests/attacks"


@dataclass(frozen=True)
class Mutant:
    """One protection: what to write instead of what, and the tests that must notice."""

    name: str
    file: str
    changes: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]


MUTANTS = (
    Mutant(
        "no waiting for the disk", "sop_assess/db.py", (("'FULL'", "'OFF'"),),
        (f"{HERE}/test_crash.py::test_every_store_waits_for_the_disk_at_each_commit",),
    ),
    Mutant(
        "nullifier not unique", "migrations/ballot/versions/0001_first_tables.py",
        (('Constraint("nullifier",', 'Constraint("nullifier", "content_hash",'),),
        (f"{HERE}/test_stored.py", "-k", "refuses"),
    ),
    Mutant(
        "no shuffle", "sop_assess/release/opening.py",
        (("shuffle = secrets.SystemRandom().shuffle", "shuffle = list"),),
        (f"{HERE}/test_ours.py", "-k", "chance"),
    ),
    Mutant(
        "ballots not sealed", "sop_assess/surveys/sealing.py",
        (("AESGCM(key).encrypt(nonce, _padded(content), associated)",
          "_padded(content) + bytes(16)"),
         ("AESGCM(key).decrypt(nonce, sealed, associated)", "sealed[:-16]")),
        (f"{HERE}/test_ours.py", "-k", "chance"),
    ),
    Mutant(
        "ledger under one nonce", "sop_assess/surveys/ledger.py",
        (("secrets.token_bytes(_NONCE)", "bytes(_NONCE)"),),
        (f"{HERE}/test_ours.py", "-k", "mentions"),
    ),
    Mutant(
        "a mark beside who collected", "sop_assess/surveys/anonymous.py",
        (("sealed.box = ledger.seal()", "sealed.box, found.issued = ledger.seal(), 1"),),
        (f"{HERE}/test_ours.py", "-k", "mentions"),
    ),
    Mutant(
        "deleted codes stay in the file", "sop_assess/db.py",
        (("secure_delete={'OFF' if name == 'core' else 'ON'}", "secure_delete=OFF"),),
        (f"{HERE}/test_stored.py", "-k", "deleted and sqlite"),
    ),
    Mutant(
        "opened box not rewritten", "sop_assess/instruments/ballots.py",
        (('execute("PRAGMA wal_checkpoint(TRUNCATE)")', 'execute("SELECT 1")'),
         ('execute("VACUUM")', 'execute("SELECT 1")')),
        (f"{HERE}/test_stored.py", "-k", "deleted and sqlite"),
    ),
    Mutant(
        "keys stay after closing", "sop_assess/surveys/keys.py",
        (("every key of the round; again changes nothing.\"\"\"\n",
          "every key of the round; again changes nothing.\"\"\"\n        return\n"),),
        (f"{HERE}/test_ours.py", "-k", "backups"),
    ),
    Mutant(
        "keys in the instance folder", "sop_assess/config.py",
        (('instance.with_name(f"{instance.name}-keys")', 'instance / "keys"'),),
        (f"{HERE}/test_ours.py", "-k", "backups"),
    ),
    Mutant(
        "comments carry the ballot's id", "sop_assess/release/opening.py",
        (("id=secrets.token_hex(16), round_id=round_id, item=code",
          "id=hex(abs(hash(id(ballot))))[2:], round_id=round_id, item=code"),),
        (f"{HERE}/test_stored.py", "-k", "comments"),
    ),
    Mutant(
        "no guard beyond the minimum", "sop_assess/analysis/guard.py",
        (("if residual and touches_few(self, residual):", "if False:"),),
        ("tests/analysis/test_guard_attacks.py", "-k", "nobody_works_out"),
    ),
    Mutant(
        "errors of respondents in the log", "sop_assess/error_pages.py",
        (("isinstance(error, SQLAlchemyError) or of_request().cookieless", "False"),),
        (f"{HERE}/test_requests.py", "-k", "crash"),
    ),
)  # fmt: skip


def survivors(*, show: bool = True) -> list[str]:
    """The mutants that no test noticed."""
    alive, green = [], dict[tuple[str, ...], bool]()
    with tempfile.TemporaryDirectory(prefix="mutants") as folder:
        copy = Path(folder)
        _copy_tree(copy)
        for mutant in MUTANTS:
            if mutant.tests not in green:
                green[mutant.tests] = not fails(copy, mutant.tests)
            # Tests that fail anyway notice nothing.
            noticed = green[mutant.tests] and killed(copy, mutant)
            if show:
                print(f"  {mutant.name}: {'noticed' if noticed else 'NOT NOTICED'}", flush=True)
            if not noticed:
                alive.append(mutant.name)
    return alive


def killed(copy: Path, mutant: Mutant) -> bool:
    """Whether the tests fail in a copy with this mutant."""
    path = copy / mutant.file
    whole = text = path.read_text(encoding="utf-8")
    for old, new in mutant.changes:
        assert old in text, f"{mutant.name}: {mutant.file} no longer holds {old!r}"
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    noticed = fails(copy, mutant.tests)
    path.write_text(whole, encoding="utf-8")
    return noticed


def fails(copy: Path, tests: tuple[str, ...]) -> bool:
    """Whether these tests fail in a copy of the tree."""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", *tests]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=600)
    # 1: tests failed. Anything else than that or 0 means that they did not even run.
    assert done.returncode in {0, 1}, done.stdout[-2000:] + done.stderr[-2000:]
    return done.returncode == 1


def _copy_tree(copy: Path) -> None:
    skipped = shutil.ignore_patterns("__pycache__", ".*", "build", "instance*", "*.egg-info")
    for name in ("sop_assess", "tests", "migrations", "docs"):
        shutil.copytree(ROOT / name, copy / name, ignore=skipped)
    shutil.copy(ROOT / "pyproject.toml", copy)
