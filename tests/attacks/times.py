"""Look for moments in stored values and bytes, in every usual way of writing them down."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from .snapshots import Row

DAY = timedelta(days=1)
_NUMBERS = re.compile(r"\d{9,19}(?:\.\d+)?|\d{4,7}\.\d+")
_RANDOM = re.compile(r"[0-9a-f]{32,}")
# Seconds, milliseconds, microseconds and nanoseconds; since 1970, 2001 (Apple) and 1601 (Windows).
_SCALES = (1, 10**3, 10**6, 10**9)
_EPOCHS = (
    datetime(1970, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC),
    datetime(1601, 1, 1, tzinfo=UTC),
)  # fmt: skip
# Julian days, days of spreadsheets, days since 1970.
_DAY_ZERO = (datetime(1899, 12, 30, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC))
_JULIAN_1970 = 2_440_587.5


def in_rows(rows: Iterable[Row], moment: datetime) -> list[str]:
    """Values of rows that stand for a moment within a day of this one."""
    found = []
    for row in rows:
        for column, value in row.values:
            if in_value(value, moment):
                found.append(f"{row.store}.{row.table}.{column}")
    return found


def in_value(value: object, moment: datetime) -> bool:
    """Whether a number, a text or bytes stand for a moment within a day of this one."""
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int | float):
        return in_number(value, moment)
    if isinstance(value, bytes):
        return bool(list(in_bytes(value, moment)))
    if isinstance(value, str):
        return in_text(value, moment)
    return isinstance(value, datetime)


def in_number(number: float, moment: datetime) -> bool:
    """Whether a number is such a moment by one of the usual clocks."""
    for epoch in _EPOCHS:
        low, high = ((moment + step - epoch).total_seconds() for step in (-DAY, DAY))
        if any(low * scale <= number <= high * scale for scale in (*_SCALES, 10**7)):
            return True
    days = [(moment - zero) / DAY for zero in _DAY_ZERO]
    return any(abs(number - day) <= 1 for day in (*days, days[1] + _JULIAN_1970))


def in_text(text: str, moment: datetime) -> bool:
    """Whether a text holds such a moment, as a date or as a number."""
    if any(date in text for date in _written(moment)):
        return True
    # Random keys hold every number; that they are random is a test of its own.
    return any(in_number(float(n), moment) for n in _NUMBERS.findall(_RANDOM.sub(" ", text)))


def in_bytes(content: bytes, moment: datetime) -> Iterator[str]:
    """Places in a file where such a moment may stand: as text, or as eight bytes of a clock."""
    for date in _written(moment):
        if date.encode() in content:
            yield f"text {date}"
    # Seconds in eight bytes are mostly zeros, of which databases are full; finer clocks cover so
    # many numbers that ciphertext hits them by chance. `at_one_place` looks for those.
    low, high = (int((moment + step).timestamp() * 1000) for step in (-DAY, DAY))
    yield from _numbers_between(content, low, high)


def at_one_place(boxes: list[bytes], moment: datetime) -> list[int]:
    """Offsets at which most boxes hold such a moment as a number; ciphertext alone has none."""
    clocks = (("<I", 1), (">I", 1), ("<Q", 10**6), (">Q", 10**6), ("<Q", 10**9), (">Q", 10**9))
    found = []
    for form, scale in clocks:
        low, high = (int((moment + step).timestamp() * scale) for step in (-DAY, DAY))
        for offset in range(min(map(len, boxes)) - struct.calcsize(form) + 1):
            hits = (low <= struct.unpack_from(form, box, offset)[0] <= high for box in boxes)
            if sum(hits) > len(boxes) / 2:
                found.append(offset)
    return found


def _numbers_between(content: bytes, low: int, high: int) -> Iterator[str]:
    # The leading bytes that all numbers of the range share are looked for, the rest is compared.
    for order in ("big", "little"):
        ends = [number.to_bytes(8, "big") for number in (low, high)]
        shared = next((n for n in range(8) if ends[0][n] != ends[1][n]), 8)
        prefix = ends[0][:shared] if order == "big" else ends[0][:shared][::-1]
        for found in re.finditer(re.escape(prefix), content):
            start = found.start() if order == "big" else found.start() - (8 - shared)
            whole = content[max(start, 0) : start + 8]
            if len(whole) == 8 and low <= int.from_bytes(whole, order) <= high:
                yield f"eight bytes at {start}"


def _written(moment: datetime) -> set[str]:
    days = [moment + step for step in (-DAY, timedelta(), DAY)]
    forms = ("%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d %b %Y", "%Y%m%dT")
    return {day.strftime(form) for day in days for form in forms}
