"""Dates and times as exports write them. Naive ones are taken as UTC. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, Literal

from ..errors import InvalidError

Order = Literal["day", "month"]
ORDERS: Final[tuple[Order, ...]] = ("day", "month")
MISSING: Final = frozenset({"", "-", "–", "—", "n/a", "na", "null", "none", "nan", "nat", "open"})

_CLOCK = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?(?: ?(?P<zone>Z|UTC|[+-]\d{2}:?(?:\d{2})?))?)?"
)
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})(?P<mark>[-/.])(?P<a>\d{{1,2}})(?P=mark)(?P<b>\d{{1,2}}){_CLOCK}", re.ASCII
)
_YEAR_LAST = re.compile(
    rf"(?P<a>\d{{1,2}})(?P<mark>[-/.])(?P<b>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d{{2}}){_CLOCK}",
    re.ASCII,
)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


class NotADateError(ValueError):
    """A text that is no date in any known form."""


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no time."""
    return text.strip().lower() in MISSING


def order_shown_by(text: str) -> Order | None:
    """Whether a slash date can only be read day first or month first; None if it can be both.

    >>> order_shown_by("31/03/2026"), order_shown_by("03/31/2026"), order_shown_by("03/04/2026")
    ('day', 'month', None)
    """
    match = _YEAR_LAST.fullmatch(text.strip())
    if match is None or match["mark"] != "/":
        return None
    first, second = int(match["a"]), int(match["b"])
    if first > 12 >= second:
        return "day"
    return "month" if second > 12 >= first else None


def needs_order(text: str) -> bool:
    """Whether the text is a slash date with two possible readings that differ."""
    match = _YEAR_LAST.fullmatch(text.strip())
    return match is not None and match["mark"] == "/" and match["a"] != match["b"]


def agree_on_order(column: str, shown: Iterable[Order]) -> Order | None:
    """The one order of a column's slash dates; two at once get a sentence."""
    found = set(shown)
    if len(found) > 1:
        raise InvalidError(
            "The column “%(column)s” mixes 31/03/2026 and 03/31/2026. Export it in one form, "
            "best as 2026-03-31.",
            column=column,
        )
    return next(iter(found), None)


def read_moment(text: str, order: Order | None = None) -> datetime:
    """The moment in UTC; NotADateError when the text is none.

    >>> read_moment("31.03.2026 14:05").isoformat()
    '2026-03-31T14:05:00+00:00'
    >>> read_moment("2026-03-31T14:05:00+02:00").hour, read_moment("3/4/26 1:05 pm", "month").day
    (12, 4)
    """
    plain = text.strip()
    try:
        if match := _YEAR_FIRST.fullmatch(plain):
            return _moment(match, int(match["a"]), int(match["b"]))
        if match := _YEAR_LAST.fullmatch(plain):
            return _year_last(match, order)
    except (ValueError, OverflowError) as error:
        raise NotADateError(text) from error
    raise NotADateError(text)


def _year_last(match: re.Match[str], order: Order | None) -> datetime:
    a, b = int(match["a"]), int(match["b"])
    if match["mark"] == "/" and order == "month":
        return _moment(match, a, b)
    return _moment(match, b, a)


def _moment(match: re.Match[str], month: int, day: int) -> datetime:
    year = int(match["year"])
    year += 2000 if len(match["year"]) == 2 else 0
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(match[0])
    second = int(match["second"] or 0)
    micro = int((match["part"] or "0")[:6].ljust(6, "0"))
    moment = datetime(year, month, day, _hour(match), int(match["minute"] or 0), second, micro,
                      tzinfo=_zone(match["zone"]))  # fmt: skip
    return moment.astimezone(UTC)


def _hour(match: re.Match[str]) -> int:
    hour = int(match["hour"] or 0)
    half = match["half"]
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(match[0])
    return hour % 12 + (12 if half in "pP" else 0)


def _zone(text: str | None) -> timezone:
    if text is None or text in {"Z", "UTC"}:
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:]) if len(text) > 3 else 0
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if text[0] == "-" else shift)
