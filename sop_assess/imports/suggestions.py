"""Which column probably holds what, and which stage a step probably belongs to. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from .moments import NotADateError, is_missing, read_moment

_STAGE_WORDS: Final[Mapping[str, str]] = {
    "S1": r"leads?|enquir\w*|inquir\w*|contact\w*|anfrage\w*|kontakt\w*|webform\w*|form",
    "S2": r"qualif\w*|triage|salesperson|assign\w*|pr[uü]f\w*|zuteil\w*|zuweis\w*",
    "S3": r"quot\w*|offers?|proposal\w*|angebot\w*|pric\w*",
    "S4": r"orders?|ordered|auftr[aä]g\w*|bestell\w*|purchase order",
    "S5": r"produc\w*|procure\w*|purchas\w*|suppl\w*|manufact\w*|build|einkauf\w*|beschaff\w*"
    r"|fertig\w*|produktion\w*",
    "S6": r"ship\w*|deliver\w*|fulfil\w*|dispatch\w*|pick\w*|versand\w*|liefer\w*|versend\w*",
    "S7": r"invoic\w*|bill\w*|paid|payment\w*|rechnung\w*|zahl\w*|bezahl\w*",
    "S8": r"servic\w*|return\w*|complain\w*|repair\w*|tickets?|support|warrant\w*|reklam\w*"
    r"|r[uü]ck\w*|garantie\w*|reparatur\w*",
}
_ROLES: Final[Mapping[str, str]] = {
    "text": r"comment|complaint|text|feedback|message|descript|beschwerde|kommentar|nachricht",
    "stage": r"stage|process|area|department|stufe|phase|bereich",
    "item": r"\bid\b|number|\bno\b|\bkey\b|lead|order|ticket|case|item|nummer|\bnr\b|vorgang",
    "start": r"start|received|created|opened|begin|from|incoming|eingang|erstellt|\bvon\b|angelegt",
    "end": r"\bend|closed|done|finish|answer|assigned|arriv|repl|queue|to\b|erledigt|ende|\bbis\b",
    "step": r"step|process|stage|activity|hand.?off|schritt|vorgang|aktivit",
    "source": r"source|channel|origin|campaign|quelle|kanal|herkunft|location|site",
}  # fmt: skip
_SUBJECT: Final = re.compile(r"S\d{1,2}(?:>S\d{1,2})?")


def stage_lookup(stages: Iterable[tuple[str, Mapping[str, str]]]) -> dict[str, str]:
    """From a stage's code or any of its names, case-folded, to its code.

    >>> stage_lookup([("S3", {"en": "Quote", "de": "Angebot"})])
    {'s3': 'S3', 'quote': 'S3', 'angebot': 'S3'}
    """
    found: dict[str, str] = {}
    for code, names in stages:
        for word in (code, *names.values()):
            found.setdefault(" ".join(word.split()).casefold(), code)
    return found


def subjects_of(stages: Sequence[str]) -> list[str]:
    """The stages and the hand-offs between neighbours, in the order of the life cycle.

    >>> subjects_of(["S1", "S2"])
    ['S1', 'S1>S2', 'S2']
    """
    found: list[str] = []
    for here, following in zip(stages, [*stages[1:], ""], strict=True):
        found += [here, f"{here}>{following}"] if following else [here]
    return found


def guess_subject(label: str, stages: Sequence[str]) -> str | None:
    """The stage or hand-off that a step's name speaks of, for a person to confirm.

    >>> order = ["S1", "S2", "S3", "S4"]
    >>> guess_subject("Lead to salesperson", order), guess_subject("Quote", order)
    ('S1>S2', 'S3')
    >>> guess_subject("Lunch", order) is None
    True
    """
    code = label.strip().upper().replace(" ", "")
    if _SUBJECT.fullmatch(code) and code in subjects_of(stages):
        return code
    places = {s: _first(_STAGE_WORDS[s], label) for s in stages if s in _STAGE_WORDS}
    named = sorted((at, stage) for stage, at in places.items() if at is not None)
    if not named:
        return None
    joint = ">".join(stage for _, stage in named[:2])
    return joint if joint in subjects_of(stages) else named[0][1]


def suggest_columns(
    columns: Sequence[str], sample: Sequence[Sequence[str]], roles: Sequence[str]
) -> dict[str, str | None]:
    """For every role the most likely column; each column is suggested once.

    >>> suggest_columns(["Lead no", "Received", "In queue"],
    ...     [["7", "2026-03-01", "2026-03-15"]], ["item", "start", "end"])
    {'item': 'Lead no', 'start': 'Received', 'end': 'In queue'}
    """
    free = list(range(len(columns)))
    found: dict[str, str | None] = {}
    for role in sorted(roles, key=lambda r: r not in {"text", "start", "end"}):
        ranked = sorted(free, key=lambda i: (-_fit(role, columns[i], _cells(sample, i)), i))
        best = ranked[0] if ranked else None
        taken = best is not None and _fit(role, columns[best], _cells(sample, best)) > 0
        if best is not None and taken:
            free.remove(best)
        found[role] = columns[best] if best is not None and taken else None
    return {role: found[role] for role in roles}


def _first(words: str, label: str) -> int | None:
    match = re.search(rf"\b(?:{words})\b", label, re.IGNORECASE)
    return match.start() if match else None


def _fit(role: str, column: str, cells: Sequence[str]) -> float:
    named = 2.0 if re.search(_ROLES[role], column, re.IGNORECASE) else 0.0
    dates = _share_of_moments(cells)
    if role in {"start", "end"}:
        return dates * 3 + named if dates else 0.0
    if dates > 0.5:
        return 0.0
    if role == "text":
        return named + min(sum(map(len, cells)) / max(len(cells), 1) / 20, 6.0)
    return named


def _cells(sample: Sequence[Sequence[str]], column: int) -> list[str]:
    return [row[column] for row in sample if not is_missing(row[column])]


def _share_of_moments(cells: Sequence[str]) -> float:
    return sum(map(_is_moment, cells)) / len(cells) if cells else 0.0


def _is_moment(text: str) -> bool:
    try:
        read_moment(text)
    except NotADateError:
        try:
            read_moment(text, "month")
        except NotADateError:
            return False
    return True
