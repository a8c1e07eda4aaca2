"""A date and a time of day."""

from __future__ import annotations

from datetime import UTC, datetime

from ...errors import InvalidError
from ..answers import Fields, QuestionType, first
from ..definition import Leaf


def read(leaf: Leaf, fields: Fields) -> str | None:
    """The moment in UTC, ISO format, to the minute."""
    text = first(fields, leaf.code)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidError("Give a date and a time, such as 2026-10-05 14:30.") from None
    if not 2000 <= moment.year <= 2100:
        raise InvalidError("The year must lie between 2000 and 2100.")
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="minutes")


ENTRY = QuestionType("moment", "moment", read, "questions/moment.html", states=("not_observed",))
