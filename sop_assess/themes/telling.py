"""Texts that tell how far they are read, and progress in words that never goes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from ..jobs import Progress

# The part of a sorting that cleaning its comments takes.
_CLEANED: Final = 0.1
_READ_AT_ONCE: Final = 1_000


# What people read while a step goes on. The worker speaks no language: the page translates it.
STEPS: Final[Mapping[str, LazyString]] = {
    "languages": _l("Telling the languages apart"), "clean": _l("Reading the comments"),
    "vectors": _l("Comparing the comments"), "themes": _l("Sorting the comments into themes"),
    "stability": _l("Repeating the sorting, to see how firm the themes are"),
    "names": _l("Naming the themes"), "done": _l("Writing the themes down"),
}  # fmt: skip


def worded(progress: Progress) -> Progress:
    """Progress whose steps are words for people; a step that comes again is not told again."""
    reached = (0.0, "")

    def tell(share: float, step: str) -> None:
        nonlocal reached
        if share >= reached[0]:
            reached = share, str(STEPS.get(step, step))
        progress(*reached)

    return tell


class ToldTexts(list[str]):
    """Texts that tell how far they are read, whoever reads them; never less than before."""

    def __init__(self, texts: Iterable[str], progress: Progress, to: float, step: str) -> None:
        super().__init__(texts)
        self._progress, self._to, self._step, self._share = progress, to, step, 0.0

    def __iter__(self) -> Iterator[str]:
        for place, text in enumerate(super().__iter__()):
            if place % _READ_AT_ONCE == 0:
                self._share = max(self._share, self._to * place / len(self))
                self._progress(self._share, self._step)
            yield text


def told_texts(texts: Iterable[str], progress: Progress) -> ToldTexts:
    """Texts that are about to be sorted."""
    return ToldTexts(texts, progress, _CLEANED, "clean")
