"""Ready-made definitions and their tailoring to one company. Pure apart from package data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import ceil
from typing import Any, Final

import yaml

from ..errors import InvalidError, NotFoundError
from .definition import STAGE_CODES, Definition, Item, Leaf, Row, Section, stages_of
from .library import authoring
from .wording import Vocabulary, is_text

_FILES: Final = {
    "staff-survey": "staff_survey.yaml",
    "short-survey": "short_survey.yaml",
    "interview-guide": "interview_guide.yaml",
    "job-shadow": "job_shadow.yaml",
    "mystery-case": "mystery_case.yaml",
}
# Both are safe loaders; the one in C is seven times faster and not in every build of PyYAML.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Minutes a leaf takes when it is talked through; what is only ticked takes half a minute.
_SPOKEN_MINUTES: Final = {"long_text": 4.0, "short_text": 0.5, "number": 1.0, "duration": 1.0}
_TICKED_MINUTES: Final = 0.5
# Everybody answers these from end to end; the other kinds take the time of the stages at hand.
_ANSWERED_WHOLE: Final = frozenset({"survey", "shop"})


@dataclass(frozen=True)
class ReadyMade:
    """What a list of ready-made definitions shows; `leaves` counts those of the first variant."""

    code: str
    kind: str
    title: Mapping[str, str]
    variants: tuple[str, ...]
    minutes: int
    languages: tuple[str, ...]
    leaves: int


@cache
def available() -> tuple[ReadyMade, ...]:
    """Every ready-made definition, in the order in which an assessment uses them."""
    return tuple(_describe(code) for code in _FILES)


@cache
def load(code: str, variant: str | None = None) -> Definition:
    """The ready-made definition, for the first of its variants unless another is named."""
    raw = _raw(code)
    variants = raw["variants"]
    if variant is not None and variant not in variants:
        raise InvalidError(
            "This form has no variant “%(variant)s”. Choose one that is offered.", variant=variant
        )
    return authoring.build(raw, variant or variants[0], _raw)


def tailor(
    definition: Definition,
    *,
    skip_stages: Collection[str] = (),
    drop: Collection[str] = (),
    reword: Mapping[str, Mapping[str, str]] | None = None,
    company_words: Mapping[str, Mapping[str, str]] | None = None,
) -> Definition:
    """The definition without what was left out, in the company's words; codes stay.

    `drop` and `reword` name sections, items, rows; `reword` gives {code: {language: text}}.
    `company_words` gives {language: {our word: their word}} for whole words; a capital stays.
    """
    reword, company_words = reword or {}, company_words or {}
    _check_stages(skip_stages)
    _check_codes(definition, (*drop, *reword))
    _check_languages(definition, [*reword.values(), company_words])
    _check_words([*reword.items(), *company_words.items()])
    sections = tuple(_kept_sections(definition, frozenset(skip_stages), frozenset(drop)))
    if not sections:
        raise InvalidError("Nothing is left of this form. Keep at least one question.")
    fields = definition.model_dump(exclude_defaults=True, exclude={"sections"})
    left = Definition.model_validate({**fields, "sections": sections})
    document = left.model_dump(exclude_defaults=True)
    phrased = _rephrase(document, reword, Vocabulary(company_words))
    return Definition.model_validate({**phrased, "minutes": _minutes_left(left, definition)})


def without_free_text(definition: Definition) -> Definition:
    """The definition without questions for texts and without comments beside answers."""
    texts = [item.code for section in definition.sections for item in section.items
             if item.type.endswith("_text")]  # fmt: skip
    left = tailor(definition, drop=texts) if texts else definition
    sections = tuple(
        section.model_copy(update={"items": tuple(
            item.model_copy(update={"comment_on_no": False}) for item in section.items)})
        for section in left.sections
    )  # fmt: skip
    return left.model_copy(update={"sections": sections})


def core_minutes(definition: Definition, stages: Collection[str]) -> float:
    """Minutes the core of an interview takes with somebody who owns these stages.

    Only core items outside stage sections and in those of the owned stages count; a text that is
    talked through takes four minutes, a number or a duration one, anything ticked half a minute.
    """
    return sum(
        _SPOKEN_MINUTES.get(leaf.type, _TICKED_MINUTES)
        for leaf in definition.leaves
        if leaf.item.core and _asked_of(leaf, stages)
    )


def _describe(code: str) -> ReadyMade:
    definition = load(code)
    return ReadyMade(
        code=code,
        kind=definition.kind,
        title=definition.title,
        variants=tuple(_raw(code)["variants"]),
        minutes=definition.minutes,
        languages=definition.languages,
        leaves=len(definition.leaves),
    )


@cache
def _raw(code: str) -> dict[str, Any]:
    if code not in _FILES:
        raise NotFoundError("There is no ready-made form “%(code)s”. Choose one from the list.",
                            code=code)  # fmt: skip
    path = files(__package__) / "library" / _FILES[code]
    raw: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 safe
    return raw


def _asked_of(leaf: Leaf, stages: Collection[str]) -> bool:
    return leaf.section.stage is None or leaf.section.stage in stages


def _check_stages(stages: Iterable[str]) -> None:
    unknown = sorted(set(stages) - set(STAGE_CODES))
    if unknown:
        raise InvalidError("There is no stage %(code)s. The stages are S1 to S8.", code=unknown[0])


def _check_codes(definition: Definition, codes: Iterable[str]) -> None:
    sections = definition.sections
    known = {section.code for section in sections} | set(definition.by_code)
    known |= {item.code for section in sections for item in section.items}
    unknown = sorted(set(codes) - known)
    if unknown:
        raise InvalidError(
            "“%(code)s” is not in this form. Use the code that stands beside the question.",
            code=unknown[0],
        )


def _check_languages(definition: Definition, texts: Iterable[Mapping[str, Any]]) -> None:
    unknown = sorted({language for text in texts for language in text} - set(definition.languages))
    if unknown:
        spoken = ", ".join(definition.languages)
        raise InvalidError("This form is not written in “%(language)s”, only in %(spoken)s.",
                           language=unknown[0], spoken=spoken)  # fmt: skip


def _check_words(texts: Iterable[tuple[str, Mapping[str, str]]]) -> None:
    for name, text in texts:
        if not all(words.strip() for words in text.values()):
            raise InvalidError("A new wording for “%(name)s” is empty. Write it, or take it out.",
                               name=name)  # fmt: skip


def _kept_sections(
    definition: Definition, skipped: frozenset[str], dropped: frozenset[str]
) -> Iterator[Section]:
    for section in definition.sections:
        if section.stage in skipped or section.code in dropped:
            continue
        items = tuple(_kept_items(section, skipped, dropped))
        if items:
            yield section.model_copy(update={"items": items})


def _kept_items(
    section: Section, skipped: frozenset[str], dropped: frozenset[str]
) -> Iterator[Item]:
    for item in section.items:
        if not _kept(item, skipped, dropped):
            continue
        rows = tuple(row for row in item.rows if _kept(row, skipped, dropped))
        options = tuple(option for option in item.options if option.code not in skipped)
        if bool(rows) == bool(item.rows) and bool(options) == bool(item.options):
            yield item.model_copy(update={"rows": rows, "options": options})


def _kept(entry: Item | Row, skipped: frozenset[str], dropped: frozenset[str]) -> bool:
    about = stages_of(entry.subject) if entry.subject else ()
    return entry.code not in dropped and skipped.isdisjoint(about)


def _minutes_left(tailored: Definition, original: Definition) -> int:
    if original.kind not in _ANSWERED_WHOLE:
        return original.minutes
    share = len(tailored.leaves) / max(1, len(original.leaves))
    return max(1, ceil(original.minutes * share))


def _rephrase(value: Any, reword: Mapping[str, Mapping[str, str]], vocabulary: Vocabulary) -> Any:
    if isinstance(value, (list, tuple)):
        return [_rephrase(part, reword, vocabulary) for part in value]
    if is_text(value):
        return vocabulary.apply(value)
    if not isinstance(value, dict):
        return value
    phrased = {key: _rephrase(part, reword, vocabulary) for key, part in value.items()}
    new = reword.get(value.get("code", ""))
    if new and ("items" in value or "type" in value or "topic" in value):
        name = "title" if "items" in value else "text"
        phrased[name] = {**value[name], **new}
    return phrased
