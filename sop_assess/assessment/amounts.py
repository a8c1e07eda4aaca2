"""Amounts in the reader's language: shares, points, lengths of time, ranges rounded outward."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

GAP: Final = "\N{NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"
HOUR: Final = 60.0
DAY: Final = 1440.0


def number(value: float, digits: int = 0) -> str:
    """A number as the language writes it.

    >>> number(1412), number(-0.25, 1)
    ('1,412', '−0.3')
    """
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    half_up = abs(value) + 1e-9
    text = _written(round(half_up, digits), pattern, _locale())
    return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text


@lru_cache(maxsize=4096)
def _written(value: float, pattern: str, locale: str) -> str:
    # A page of many themes writes the same few hundred numbers again and again.
    return format_decimal(value, format=pattern, locale=locale)


def percent(share: float) -> str:
    """A share in whole percent.

    >>> percent(0.725).replace(GAP, " ")
    '73 %'
    """
    return f"{number(share * 100)}{GAP}%"


def shares_range(low: float | None, high: float | None) -> str:
    """Both ends of an interval of shares, rounded outward.

    >>> shares_range(0.6523, 0.7583).replace(GAP, " ")
    '65 to 76 %'
    """
    if low is None or high is None:
        return _("range not known")
    return _(
        "%(low)s to %(high)s", low=number(_down(low * 100)), high=percent(_up(high * 100) / 100)
    )


def points_range(low: float | None, high: float | None) -> str:
    """Both ends of a balance in points, rounded outward.

    >>> points_range(-0.5712, -0.3901)
    '−58 to −39'
    """
    if low is None or high is None:
        return _("range not known")
    ends = points(_down(low * 100) / 100), points(_up(high * 100) / 100)
    return _("%(low)s to %(high)s", low=ends[0], high=ends[1])


def points(value: float) -> str:
    """A balance between −1 and 1 in points, with its sign.

    >>> points(0.61), points(-0.48)
    ('+61', '−48')
    """
    shown = number(value * 100)
    return f"+{shown}" if value > 0 and shown != "0" else shown


def sample(n: int | None) -> str:
    """The n of a figure.

    >>> sample(1412).replace(GAP, " ")
    'n 1,412'
    """
    amount = number(n) if n is not None else _("5 to 9")
    return f"n{GAP}{amount}"


def counted(n: int, *, at_least: bool) -> str:
    """A count; of a rounded one that it may be a few more.

    >>> counted(1412, at_least=False), counted(20, at_least=True)
    ('1,412', '20+')
    """
    return number(n) + ("+" if at_least else "")


def duration(minutes: float) -> str:
    """A length of time in the unit that reads best.

    >>> [duration(m).replace(GAP, " ") for m in (12, 200, 2000, 20160)]
    ['12 min', '3.3 h', '1.4 days', '14 days']
    """
    unit, digits = _unit(minutes)
    return _with_unit(number(minutes / unit, digits), unit)


def duration_range(value: float, low: float | None, high: float | None) -> str:
    """Both ends in the unit of the value, rounded outward.

    >>> duration_range(20160, 17300, 23100).replace(GAP, " ")
    '12 to 17'
    """
    if low is None or high is None:
        return _("range not known")
    unit, digits = _unit(value)
    step = 10**digits
    ends = (_down(low / unit * step) / step, _up(high / unit * step) / step)
    return _("%(low)s to %(high)s", low=number(ends[0], digits), high=number(ends[1], digits))


def in_words(count: int) -> str:
    """A small count as a word, a large one in digits.

    >>> in_words(4), in_words(12)
    ('four', '12')
    """
    return str(_SMALL[count]) if 0 <= count < len(_SMALL) else number(count)


def joined(parts: Sequence[str]) -> str:
    """Words in a row.

    >>> joined(["survey", "interviews", "shadowing"])
    'survey, interviews and shadowing'
    """
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s and %(last)s", first=", ".join(parts[:-1]), last=parts[-1])


def _down(value: float) -> float:
    return float((value + 1e-9) // 1)


def _up(value: float) -> float:
    return float(-((-value + 1e-9) // 1))


def _unit(minutes: float) -> tuple[float, int]:
    if minutes < 90:
        return 1.0, 0
    unit = HOUR if minutes < DAY else DAY
    return unit, 0 if minutes / unit >= 10 else 1


def _with_unit(amount: str, unit: float) -> str:
    if unit == DAY:
        return _("%(amount)s\u00a0days", amount=amount)
    return f"{amount}{GAP}{'h' if unit == HOUR else 'min'}"


def _locale() -> str:
    return str(get_locale() or "en")


_SMALL: Final = (
    _l("no"), _l("one"), _l("two"), _l("three"), _l("four"), _l("five"), _l("six"), _l("seven"),
    _l("eight"), _l("nine"),
)  # fmt: skip
