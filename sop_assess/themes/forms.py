"""What people send about themes, as decisions; anything else is refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from ..errors import InvalidError

Form = MultiDict[str, str]
Decision = dict[str, Any]

LONGEST: Final = 200
MOST: Final = 200  # comments at once: a page has 50


def decision_of(form: Form) -> Decision:
    """The decision that a form asks for; InvalidError when there is no such decision."""
    do = "judge" if form.get("judge") else form.get("do", "")
    read = _READERS.get(do)
    if read is None:
        raise InvalidError("Choose what to do with the theme, then send it again.")
    return {"do": do, **read(form)}


def revision_of(form: Form) -> int:
    """The state of the sorting that the person saw."""
    return _whole(
        form.get("revision", ""), InvalidError("Load the page again and repeat the step.")
    )


def _rename(form: Form) -> Decision:
    return {"theme": _key(form), "name": form.get("name", "")[: 2 * LONGEST]}


def _pin(form: Form) -> Decision:
    return {"theme": _key(form), "pinned": form.get("pinned") == "1"}


def _set(form: Form) -> Decision:
    given = {name: form[name].strip()[:LONGEST] for name in ("topic", "stage", "owner")
             if name in form}  # fmt: skip
    return {"theme": _key(form), **given}


def _merge(form: Form) -> Decision:
    into = form.get("into", "")
    if not into:
        raise InvalidError("Choose the theme to merge into.")
    return {"themes": [_key(form)], "into": into[:LONGEST]}


def _split(form: Form) -> Decision:
    return {"theme": _key(form)}


def _move(form: Form) -> Decision:
    texts = _texts(form)
    to = form.get("put") or form.get("to", "")
    if not to:
        raise InvalidError("Choose where the ticked comments belong.")
    return {"texts": texts, "to": to[:LONGEST]}


def _judge(form: Form) -> Decision:
    return {"texts": _texts(form), "as": form.get("judge", "")[:LONGEST]}


def _texts(form: Form) -> list[int]:
    unticked = InvalidError("Tick the comments first.")
    texts = [_whole(text, unticked) for text in form.getlist("texts")]
    if not texts or len(texts) > MOST:
        raise unticked
    return texts


def _cut(form: Form) -> Decision:
    return {"k": _whole(form.get("k", ""), InvalidError("The number of themes is a whole number."))}


def _key(form: Form) -> str:
    return form.get("theme", "")[:LONGEST]


def _whole(text: str, otherwise: InvalidError) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise otherwise
    return int(text)


_READERS: Final[Mapping[str, Callable[[Form], Decision]]] = {
    "rename": _rename, "pin": _pin, "set": _set, "merge": _merge, "split": _split, "move": _move,
    "cut": _cut, "judge": _judge,
}  # fmt: skip
