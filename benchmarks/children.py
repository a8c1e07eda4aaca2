"""Measured runs, each in a process of its own, so that time and memory are its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[1]
_RUN = ["-m", "benchmarks.theme_run"]
_BERTOPIC = [str(Path(__file__).with_name("bertopic_run.py"))]
# Threads that spin against each other would be measured instead of the work.
_THREADS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "NUMBA")
_ALONE = {f"{library}_NUM_THREADS": "1" for library in _THREADS}
_OFFLINE = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


class RunFailedError(RuntimeError):
    """A measured run ended without a result; the message is its last line."""


@dataclass(frozen=True)
class Bertopic:
    """The interpreter that has bertopic, and the folder of its embedding model."""

    python: str
    model: Path

    def works(self) -> bool:
        """Whether it can be imported there."""
        find = "import importlib.util as u, sys; sys.exit(u.find_spec('bertopic') is None)"
        try:
            return subprocess.run([self.python, "-c", find], check=False).returncode == 0
        except OSError:
            return False


@dataclass(frozen=True)
class Children:
    """Starts runs one after another; texts and results lie in `folder`."""

    folder: Path
    language: str
    bertopic: Bertopic | None
    _numbers: count[int]

    @classmethod
    def of(cls, folder: Path, language: str, bertopic: Bertopic | None) -> Children:
        """None have run yet."""
        return cls(folder, language, bertopic, count())

    def keep(self, texts: Sequence[str]) -> Path:
        """The file that runs read these texts from."""
        path = self.folder / f"texts-{next(self._numbers)}.json"
        path.write_text(json.dumps(list(texts)), encoding="utf-8")
        return path

    def run(self, tier: str, texts: Path, *, seed: int, themes: int | None) -> dict[str, Any]:
        """The result of one run; "bertopic" is a tier too. RunFailedError where it has none."""
        number = next(self._numbers)
        job, out = (self.folder / f"{kind}-{number}.json" for kind in ("job", "out"))
        known: dict[str, Any] = {"texts": str(texts), "out": str(out), "tier": tier, "seed": seed,
                                 "themes": themes, "language": self.language}  # fmt: skip
        command = [sys.executable, *_RUN]
        if tier == "bertopic" and self.bertopic is not None:
            known["model"] = str(self.bertopic.model.resolve())
            command = [self.bertopic.python, *_BERTOPIC]
        job.write_text(json.dumps(known), encoding="utf-8")
        ended = subprocess.run([*command, str(job)], env={**os.environ, **_ALONE, **_OFFLINE},
                               cwd=_ROOT, capture_output=True, text=True, check=False)  # fmt: skip
        if ended.returncode:
            lines = ended.stderr.strip().splitlines() or [f"ended with {ended.returncode}"]
            raise RunFailedError(f"{tier}: {lines[-1]}")
        result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        out.unlink()
        return result
