"""A sorting and its themes as bytes, to be kept and read again without clustering anew."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.curated import Curated, CuratedTheme
from sop_assess.analysis.text.phrases import Phrases
from sop_assess.analysis.text.sorting import Sorting
from sop_assess.analysis.text.stability import Bootstraps, Redrawn
from sop_assess.analysis.text.tree import Tree

_ARRAYS = ("places", "weights", "pieces", "centroids", "sizes", "candidates", "vectors")
_PHRASES = ("bonus", "vectors", "phrase", "piece", "count", "read")


def to_bytes(state: Curated) -> bytes:
    """The state and its sorting, compressed; about 30 bytes a comment and one megabyte.

    >>> from sop_assess.analysis.text.curated import propose
    >>> from sop_assess.analysis.text.themes import sort_comments
    >>> texts = [f"{what} {i}x" for i in range(20) for what in ("late reply", "wrong price")]
    >>> start = propose(sort_comments(texts, seed=1, themes=2))
    >>> from_bytes(to_bytes(start)).themes == start.themes
    True
    """
    sorting = state.sorting
    arrays = {name: getattr(sorting, name) for name in _ARRAYS}
    arrays |= {f"phrase_{name}": getattr(sorting.phrases, name) for name in _PHRASES}
    arrays |= {"groups": state.groups, "rows": sorting.bootstraps.rows}
    arrays |= _tree("tree", sorting.tree)
    for place, run in enumerate(sorting.bootstraps.runs):
        arrays |= {f"of_row_{place}": run.of_row} | _tree(f"redrawn_{place}", run.tree)
    file = io.BytesIO()
    words = json.dumps(_words(state), ensure_ascii=False).encode("utf-8", "surrogatepass")
    packed: dict[str, Any] = {name: _small(array) for name, array in arrays.items()}
    np.savez_compressed(file, words=np.frombuffer(words, dtype=np.uint8), **packed)
    return file.getvalue()


def from_bytes(content: bytes) -> Curated:
    """The state that ``to_bytes`` kept; numbers with a fraction come back to three digits or so."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        found = {name: _large(file[name]) for name in file.files}
    words = json.loads(found.pop("words").tobytes().decode("utf-8", "surrogatepass"))
    phrases = Phrases(
        forms=tuple(words["forms"]),
        stems=tuple(tuple(stems) for stems in words["stems"]),
        **{name: found[f"phrase_{name}"] for name in _PHRASES},
    )
    sorting = Sorting(
        **{name: found[name] for name in _ARRAYS},
        texts=tuple(words["texts"]),
        tree=_read_tree(found, "tree", len(found["sizes"])),
        k=words["k"],
        phrases=phrases,
        hidden=frozenset(words["hidden"]),
        bootstraps=Bootstraps(found["rows"], _runs(found)),
        tier=words["tier"],
        settings=words["settings"],
        note=words["note"],
    )
    return _curated(sorting, found["groups"], words)


def curated_to_bytes(state: Curated) -> bytes:
    """The state without its sorting, for who has that: some 20 kB for 100,000 comments.

    >>> from sop_assess.analysis.text.curated import propose
    >>> from sop_assess.analysis.text.themes import sort_comments
    >>> texts = [f"{what} {i}x" for i in range(20) for what in ("late reply", "wrong price")]
    >>> start = propose(sort_comments(texts, seed=1, themes=2))
    >>> curated_from_bytes(curated_to_bytes(start), start.sorting).themes == start.themes
    True
    """
    file = io.BytesIO()
    words = json.dumps(_left(state), ensure_ascii=False).encode("utf-8", "surrogatepass")
    np.savez_compressed(file, words=np.frombuffer(words, dtype=np.uint8),
                        groups=_small(state.groups))  # fmt: skip
    return file.getvalue()


def curated_from_bytes(content: bytes, sorting: Sorting) -> Curated:
    """The state that ``curated_to_bytes`` kept, over the sorting that it was made of."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        words = json.loads(file["words"].tobytes().decode("utf-8", "surrogatepass"))
        return _curated(sorting, _large(file["groups"]), words)


def _curated(sorting: Sorting, groups: NDArray[Any], words: Mapping[str, Any]) -> Curated:
    themes = tuple(CuratedTheme(**{**t, "keywords": tuple(t["keywords"])}) for t in words["themes"])
    moved, judged = ({int(text): said for text, said in words[name].items()}
                     for name in ("moved", "judged"))  # fmt: skip
    return Curated(sorting, themes, groups, moved, words["made"], judged)


def _left(state: Curated) -> dict[str, Any]:
    """What people decide about, without the groups."""
    return {
        "themes": [asdict(theme) for theme in state.themes],
        "moved": state.moved,
        "judged": state.judged,
        "made": state.made,
    }


def _words(state: Curated) -> dict[str, Any]:
    sorting = state.sorting
    return {
        "texts": sorting.texts,
        "forms": sorting.phrases.forms,
        "stems": sorting.phrases.stems,
        "hidden": sorted(sorting.hidden),
        "k": sorting.k,
        "tier": sorting.tier,
        "settings": dict(sorting.settings),
        "note": sorting.note,
        **_left(state),
    }


def _tree(name: str, tree: Tree) -> dict[str, NDArray[Any]]:
    return {f"{name}_merges": tree.merges, f"{name}_heights": tree.heights}


def _read_tree(found: Mapping[str, NDArray[Any]], name: str, points: int) -> Tree:
    return Tree(points, found[f"{name}_merges"], found[f"{name}_heights"])


def _runs(found: Mapping[str, NDArray[Any]]) -> tuple[Redrawn, ...]:
    count = sum(name.startswith("of_row_") for name in found)
    names = ((f"of_row_{place}", f"redrawn_{place}") for place in range(count))
    return tuple(
        Redrawn(found[of_row], _read_tree(found, tree, len(found[f"{tree}_merges"]) + 1))
        for of_row, tree in names
    )


def _small(array: NDArray[Any]) -> NDArray[Any]:
    """Half the digits of fractions; integers in as few bytes as they need."""
    if array.dtype.kind == "f":
        return array.astype(np.float32 if array.ndim == 1 else np.float16)
    least = np.min_scalar_type(-int(np.abs(array).max(initial=1)) - 1)
    return array.astype(least)


def _large(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.kind == "f":
        return array.astype(np.float64 if array.ndim == 1 else np.float32)
    return array if array.dtype == np.uint8 else array.astype(np.intp)
