"""What a form or a caller says about an issue, field by field. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from ..errors import InvalidError
from .score import CONFIDENCE, LEAST_EFFORT, MOST_EFFORT

HORIZONS: Final = ("immediate", "planned", "target")
KINDS: Final = ("problem", "opportunity")
AFFECTED: Final = ("source", "segment", "roles")
Reader = Callable[[str], Any]


class FieldsInvalidError(InvalidError):
    """Some fields break a rule; `messages` says what, by field."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        super().__init__(" ".join(messages.values()))
        self.messages = dict(messages)


def read_fields(given: Mapping[str, str]) -> dict[str, Any]:
    """The values of the known fields that were given; FieldsInvalidError with all that is wrong."""
    values: dict[str, Any] = {}
    messages: dict[str, str] = {}
    for name, reader in READERS.items():
        if name in given:
            try:
                values[name] = reader(given[name].strip())
            except InvalidError as error:
                messages[name] = error.sentence
    if messages:
        raise FieldsInvalidError(messages)
    return values


def written(name: str, value: Any) -> str | None:
    """A value as the history keeps it."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    if name == "reach":
        return f"{value * 100:.0f} %"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _title(text: str) -> str:
    if not text:
        raise InvalidError("Give the issue a title: who or what does not work, or works.")
    return _at_most(200)(" ".join(text.split())) or ""


def _at_most(limit: int) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        if len(text) > limit:
            raise InvalidError("This has %(count)s characters; %(limit)s is the most.",
                               count=len(text), limit=limit)  # fmt: skip
        return text.replace("\0", "") or None

    return read


def _description(text: str) -> str:
    return _at_most(5_000)(text) or ""


def _one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise InvalidError("Choose one of the answers that are offered.")
        return text

    return read


def _confidence(text: str) -> str | None:
    return _one_of(tuple(CONFIDENCE))(text) if text else None


def _number(text: str) -> float:
    plain = text.replace(",", ".").removesuffix("%").strip()
    if not plain.isascii() or not plain.replace(".", "", 1).isdigit():
        raise InvalidError("“%(text)s” is not a number.", text=text[:20])
    return float(plain)


def _reach(text: str) -> float | None:
    if not text:
        return None
    share = _number(text)
    if share > 100:
        raise InvalidError("Reach is a share: at most 100 %.")
    return share / 100


def _impact(text: str) -> int | None:
    if not text:
        return None
    if text not in {"1", "2", "3", "4"}:
        raise InvalidError("Impact is 1, 2, 3 or 4.")
    return int(text)


def _effort(text: str) -> float | None:
    if not text:
        return None
    weeks = _number(text)
    if not LEAST_EFFORT <= weeks <= MOST_EFFORT:
        raise InvalidError("Effort is 0.1 to 520 person-weeks; half a day is 0.1.")
    return weeks


def _due(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise InvalidError("Write the date as 2026-12-18.") from None
    if not 2000 <= found.year <= 2100:
        raise InvalidError("The date lies too far away.")
    return found


def _link(text: str) -> str | None:
    if not text:
        return None
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable or any(c.isspace() or ord(c) < 32 for c in text) or "\\" in text:
        raise InvalidError("The link must start with http:// or https:// and name a host.")
    return _at_most(300)(text)


READERS: Final[Mapping[str, Reader]] = {
    "title": _title,
    "description": _description,
    "kind": _one_of(KINDS),
    "horizon": _one_of(HORIZONS),
    "target_period": _at_most(40),
    "owner": _at_most(120),
    "due_on": _due,
    "reach": _reach,
    "impact": _impact,
    "confidence": _confidence,
    "effort": _effort,
    "subject": _at_most(20),
    "cost": _at_most(200),
    "external_link": _link,
    "source": _at_most(120),
    "segment": _at_most(120),
    "roles": _at_most(120),
}
