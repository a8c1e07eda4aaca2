"""What pages say about a sorting: its state, how it was made, and every decision as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from ..assessment.amounts import in_words, number

Decision = Mapping[str, Any]
Names = Mapping[str, str]

TIERS: Final = {
    "fine": _l("Sorted by meaning."),
    "fast": _l("Sorted by word vectors."),
    "lexical": _l("Sorted by words only."),
}
# Why they were sorted so, by the key that a run keeps.
REASONS: Final = {
    "many": _l("For so many comments, sorting by meaning would take too long."),
    "language": _l("The models know English only."),
    "missing": _l("A finer model is not installed."),
    "wanted": _l("Somebody asked for it."),
    "wanted_missing": _l("What somebody asked for is not installed."),
}
WAYS: Final = {
    "": _l("as fits best"), "fine": _l("by meaning"), "fast": _l("by word vectors"),
    "lexical": _l("by words only"),
}  # fmt: skip
STATES: Final = {
    "open": _l("open: changes show at once"),
    "draft": _l("not released yet"),
    "frozen": _l("frozen"),
    "list": _l("a list: too few different ones to sort"),
}
FIRMNESS: Final = {"firm": _l("firm"), "fair": _l("fair"), "loose": _l("loose")}
JUDGED: Final = {"problem": _l("judged as a problem"), "keep": _l("judged as praise")}
ROLES: Final = {"problem": _l("problems"), "keep": _l("what works")}


def tier(name: str, reason: str = "") -> str:
    """How the comments were sorted, and why not better."""
    said = (str(TIERS.get(name, "")), str(REASONS.get(reason, "")))
    return " ".join(part for part in said if part)


def firmness(name: str, stability: float | None) -> tuple[str, str]:
    """The word, and the number behind it."""
    word = str(FIRMNESS[name]) if name in FIRMNESS else _("not tested")
    known = name in FIRMNESS and stability is not None
    return word, number(stability or 0.0, 2) if known else ""


def themes(count: int) -> str:
    """ "nine themes"."""
    return ngettext("one theme", "%(count)s themes", count, count=in_words(count))


def opening(sentence: str) -> str:
    """The sentence with a capital first letter; the others stay, as nouns have theirs in German."""
    return sentence[:1].upper() + sentence[1:]


def comments(count: int) -> str:
    """ "403 comments"."""
    return ngettext("%(n)s comment", "%(n)s comments", count, n=number(count))


def decided(decision: Decision, names: Names) -> str:
    """What a decision did, as a sentence; `names` are those of the themes by key."""
    say = _SENTENCES.get(str(decision.get("do")))
    return say(decision, lambda key: names.get(str(key), _("a theme that is gone"))) if say else ""


Name = Callable[[object], str]


def _renamed(decision: Decision, name: Name) -> str:
    return _("“%(old)s” renamed to “%(new)s”.", old=name(decision.get("theme")),
             new=decision.get("name", ""))  # fmt: skip


def _pinned(decision: Decision, name: Name) -> str:
    if decision.get("pinned"):
        return _("Pinned “%(name)s”.", name=name(decision.get("theme")))
    return _("Unpinned “%(name)s”.", name=name(decision.get("theme")))


def _set(decision: Decision, name: Name) -> str:
    return _("Topic, stage and owner of “%(name)s” kept.", name=name(decision.get("theme")))


def _merged(decision: Decision, name: Name) -> str:
    count = len(decision.get("themes", ()))
    return ngettext("One theme merged into “%(name)s”.", "%(num)s themes merged into “%(name)s”.",
                    count, name=name(decision.get("into")))  # fmt: skip


def _split(decision: Decision, name: Name) -> str:
    return _("“%(name)s” split in two.", name=name(decision.get("theme")))


def _moved(decision: Decision, name: Name) -> str:
    count, to = len(decision.get("texts", ())), str(decision.get("to"))
    if to == "unplaced":
        return ngettext("One comment put outside the themes.",
                        "%(num)s comments put outside the themes.", count)  # fmt: skip
    if to == "non_answer":
        return ngettext("One comment marked as saying nothing.",
                        "%(num)s comments marked as saying nothing.", count)  # fmt: skip
    return ngettext("One comment put into “%(name)s”.",
                    "%(num)s comments put into “%(name)s”.", count, name=name(to))  # fmt: skip


def _judged(decision: Decision, _name: Name) -> str:
    count = len(decision.get("texts", ()))
    if decision.get("as") == "keep":
        return ngettext("One comment judged as praise.", "%(num)s comments judged as praise.",
                        count)  # fmt: skip
    return ngettext("One comment judged as a problem.", "%(num)s comments judged as a problem.",
                    count)  # fmt: skip


def _cut(decision: Decision, _name: Name) -> str:
    count = int(decision.get("k") or 0)
    return _("Number of themes set: %(themes)s.", themes=themes(count))


_SENTENCES: Final[Mapping[str, Callable[[Decision, Name], str]]] = {
    "rename": _renamed, "pin": _pinned, "set": _set, "merge": _merged, "split": _split,
    "move": _moved, "cut": _cut, "judge": _judged,
}  # fmt: skip
