"""The client's program and its hash. No tool builds it: the file to read is the file that runs.

    python -m sop_assess.surveys.bundle --check [HASH or manifest file ...]

prints the hash of this source's program and compares it with what rounds promised.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .manifest import WORDS_FILE

PROGRAM: Final = Path(__file__).parents[1] / "static" / "ballot.js"
MOST_BYTES: Final = 3000


def client_hash() -> str:
    """The SHA-256 that the manifest carries."""
    return hashlib.sha256(PROGRAM.read_bytes()).hexdigest()


def packed_size() -> int:
    """How many bytes the program has on the wire."""
    return len(gzip.compress(PROGRAM.read_bytes(), 9, mtime=0))


def faults(promised: Sequence[str]) -> list[str]:
    """What is wrong with the program or with what was promised, one sentence each."""
    found = []
    if packed_size() >= MOST_BYTES:
        found.append(f"The program has {packed_size()} bytes compressed; {MOST_BYTES} is too many.")
    if hashlib.sha256(WORDS_FILE.read_bytes()).hexdigest() not in PROGRAM.read_text():
        found.append("The program names another word list than the one that is shipped.")
    return found + [
        f"{given} promises another program than the one of this source."
        for given in promised
        if _hash_in(given) != client_hash()
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the hash; with --check compare, and return 1 when something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", nargs="*", metavar="HASH", help="hashes or manifest files")
    check = parser.parse_args(arguments).check
    print(f"{client_hash()}  {PROGRAM.name}  {packed_size()} bytes compressed")
    wrong = [] if check is None else faults(check)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


def _hash_in(given: str) -> str:
    path = Path(given)
    if not path.is_file():
        return given.lower()
    try:
        return str(json.loads(path.read_bytes())["client"])
    except (ValueError, KeyError, TypeError):
        return ""


if __name__ == "__main__":
    sys.exit(main())
