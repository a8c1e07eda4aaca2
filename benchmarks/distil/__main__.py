"""Make the fast tier's table again: MiniLM reads open texts, the table learns to stand in for it.

    python -m benchmarks.distil --wordnet /usr/share/wordnet [--work FOLDER]

Needs the fine tier and the files of WordNet 3.0 (Debian: package wordnet-base). Takes about twenty
minutes of one core; what MiniLM said is kept in the work folder, so that a second run takes three.
The same inputs give the same bytes on the same machine. Writes table.npz and its manifest entry.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import tempfile
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.distil.table import Embed, Floats, Lesson, frequent_pairs, packed, taught_rows
from benchmarks.distil.texts import teaching_texts, words_and_forms
from benchmarks.distil.wordnet import WordNet
from sop_assess.analysis.text.minilm import MiniLmEmbedder
from sop_assess.analysis.text.model_files import SHIPPED, manifest, read_model

SEED = 1
MADE_UP = 100_000
WORDS = 10_000
PAIRS = 12_000
DIMENSIONS = 256
VERSION = "1"
LARGEST = 8_000_000
_BLOCK = 10_000
# Pieces that English texts can need: letters, digits, ASCII signs, and common other signs.
_PIECE = re.compile(r"(##)?([a-z]+|[0-9]+|[!-~]|[ßœæøłđð€£’‘“”–—…])")


def main() -> None:
    """Teach, pack and write the table."""
    parser = argparse.ArgumentParser(description="Make the fast tier's table.")
    parser.add_argument("--wordnet", type=Path, required=True, help="folder with data.noun")
    parser.add_argument("--work", type=Path, help="where to keep what MiniLM said")
    options = parser.parse_args()
    wordnet, minilm = WordNet(options.wordnet), MiniLmEmbedder()
    with threadpool_limits(limits=1), tempfile.TemporaryDirectory() as folder:
        texts = teaching_texts(wordnet, made_up=MADE_UP, seed=SEED)
        said = what_minilm_says(texts, minilm.embed, options.work or Path(folder))
        names = row_names(wordnet, texts)
        rows = taught_rows(names, Lesson(texts, said, minilm.embed), dimensions=DIMENSIONS)
    write(packed(names, rows), len(names))


def what_minilm_says(texts: list[str], embed: Embed, folder: Path) -> Floats:
    """Vectors of the texts, from the folder if they were made for the same texts and model."""
    key = hashlib.sha256("\n".join([manifest()["minilm"].sha256, *texts]).encode()).hexdigest()
    kept = folder / f"{key[:16]}.npy"
    if kept.exists():
        return np.asarray(np.load(kept), dtype=np.float32)
    blocks = []
    for start in range(0, len(texts), _BLOCK):
        blocks.append(embed(texts[start : start + _BLOCK]))
        print(f"{start + len(blocks[-1])} of {len(texts)} texts read", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    np.save(kept, np.concatenate(blocks))
    return np.concatenate(blocks)


def row_names(wordnet: WordNet, texts: list[str]) -> list[str]:
    """Pieces of MiniLM, whole words that it cuts up, and pairs of words, in a fixed order."""
    vocabulary = json.loads(read_model("tokenizer"))["model"]["vocab"]
    pieces = [piece for piece in vocabulary if _PIECE.fullmatch(piece)]
    ranked = sorted(words_and_forms(wordnet).items(), key=lambda item: (-item[1], item[0]))
    whole = [w for w, _ in ranked if re.fullmatch("[a-z]+", w) and w not in vocabulary][:WORDS]
    single = {*pieces, *whole}
    pairs = [pair for pair in frequent_pairs(texts, PAIRS) if single.issuperset(pair.split())]
    return [*pieces, *whole, *pairs]


def write(content: bytes, rows: int) -> None:
    """The table and its entry in the manifest; refuses a table that is too large to ship."""
    if len(content) > LARGEST:
        raise SystemExit(f"{len(content)} bytes are more than the {LARGEST} that may be shipped.")
    (SHIPPED / "table.npz").write_bytes(content)
    path = SHIPPED / "manifest.json"
    entries = json.loads(path.read_text(encoding="utf-8"))
    entries["table"] = {
        "name": f"Word vectors, {rows} rows, {DIMENSIONS} dimensions",
        "package": "python -m benchmarks.distil, from all-MiniLM-L6-v2 and WordNet 3.0",
        "version": VERSION,
        "file": "table.npz",
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "licence": "Apache-2.0, WordNet 3.0",
        "shipped": True,
    }
    path.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
