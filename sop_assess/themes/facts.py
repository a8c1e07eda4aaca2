"""What is known of every comment of a set beside its theme; kept as it was sorted. Pure."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .comments import Comment

Codes = NDArray[np.int32]
_NAMED: Final = ("stage", "item", "place", "who", "mark")


@dataclass(frozen=True)
class Coded:
    """One name or none for every comment: `codes` (n,) are indices of `names`, -1 for none."""

    names: tuple[str, ...]
    codes: Codes

    @classmethod
    def of(cls, values: Iterable[str | None]) -> Coded:
        """The names in the order of their first mention."""
        index: dict[str, int] = {}
        codes = [index.setdefault(value, len(index)) if value else -1 for value in values]
        return cls(tuple(index), np.array(codes, dtype=np.int32))

    def at(self, row: int) -> str | None:
        """The name of one comment."""
        code = int(self.codes[row])
        return self.names[code] if code >= 0 else None


@dataclass(frozen=True)
class Facts:
    """The comments of a set, n of them, in the order in which they were sorted.

    Texts are as they were given: `mask` them before anybody reads them. They lie in `raw` one after
    the other, `ends` (n,) says where each ends. `severity` (n,) is 0 where nobody rated it,
    `number` (n,) the form of a named method or -1.
    """

    raw: bytes
    ends: NDArray[np.int64]
    stage: Coded
    item: Coded
    place: Coded
    who: Coded
    mark: Coded
    severity: NDArray[np.int8]
    number: Codes

    @classmethod
    def of(cls, comments: Sequence[Comment]) -> Facts:
        """The facts of these comments."""
        named = {name: Coded.of(getattr(c, name) for c in comments) for name in _NAMED}
        # What was said in passing answers no question: that is one place like any other.
        named["item"] = Coded.of(c.item or "-" for c in comments)
        texts = [c.text.encode("utf-8", "surrogatepass") for c in comments]
        return cls(
            raw=b"".join(texts), ends=np.cumsum([len(text) for text in texts], dtype=np.int64),
            severity=np.array([c.severity or 0 for c in comments], dtype=np.int8),
            number=np.array([-1 if c.number is None else c.number for c in comments],
                            dtype=np.int32),
            **named,
        )  # fmt: skip

    def text(self, row: int) -> str:
        """One comment; few are ever read, so they are not all decoded."""
        start = int(self.ends[row - 1]) if row else 0
        return self.raw[start : int(self.ends[row])].decode("utf-8", "surrogatepass")

    def texts(self) -> list[str]:
        """All comments."""
        return [self.text(row) for row in range(len(self))]

    def __len__(self) -> int:
        return len(self.severity)

    def to_bytes(self) -> bytes:
        """The facts, compressed."""
        file = io.BytesIO()
        names = json.dumps({name: getattr(self, name).names for name in _NAMED}).encode()
        arrays: dict[str, Any] = {name: getattr(self, name).codes for name in _NAMED}
        arrays |= {"texts": _bytes(self.raw), "ends": self.ends, "names": _bytes(names)}
        np.savez_compressed(file, severity=self.severity, number=self.number, **arrays)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Facts:
        """What `to_bytes` kept."""
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            names = json.loads(file["names"].tobytes())
            coded = {name: Coded(tuple(names[name]), file[name]) for name in _NAMED}
            return cls(raw=file["texts"].tobytes(), ends=file["ends"], severity=file["severity"],
                       number=file["number"], **coded)  # fmt: skip


def _bytes(content: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(content, dtype=np.uint8)
