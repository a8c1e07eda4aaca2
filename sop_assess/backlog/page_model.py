"""What the list of issues says in words: heading, workings, filters, board, the next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from .queries import Filter, IssueView
from .score import carriers
from .states import STATES
from .words import FIELDS, HORIZONS, capital, word
from .words import STATES as STATE_WORDS


@dataclass(frozen=True)
class NextStep:
    """The one thing to do now; `number` is the issue to open, None for the list itself."""

    sentence: str
    why: str
    number: int | None = None


@dataclass(frozen=True)
class Saved:
    """A filter worth a link: its words, how many issues, its arguments."""

    label: str
    count: int
    arguments: dict[str, str]
    current: bool


def heading(found: Sequence[IssueView]) -> str:
    """The backlog in one sentence or two."""
    if not found:
        return str(_("No issue yet. The findings are where the first one comes from."))
    count = ngettext("%(num)s issue.", "%(num)s issues.", len(found))
    waiting = [issue for issue in found if not issue.closed]
    if not waiting:
        none_open = _("None is open: all are done or decided.")
        return f"{count} {none_open}"
    top = leaders(waiting)
    if not top:
        no_score = _("None has a score yet: estimate the effort of the first ones.")
        return f"{count} {no_score}"
    return f"{count} {_carry(len(top), len(waiting), sum(not issue.owner for issue in top))}"


def leaders(waiting: Sequence[IssueView]) -> list[IssueView]:
    """The open issues that together hold more than half of all scores."""
    scored = [issue for issue in waiting if issue.score is not None]
    return scored[: carriers([issue.score or 0.0 for issue in scored])]


def next_step(found: Sequence[IssueView], now: datetime) -> NextStep:
    """What helps most now."""
    waiting = [issue for issue in found if not issue.closed]
    if not found:
        return NextStep(
            _("Open a finding and make the first issue"),
            _("An issue takes its evidence and its first inputs from the finding."),
        )
    for rule in (_late, _ownerless, _unscored, _unverified):
        step = rule(found if rule is _unverified else waiting, now)
        if step is not None:
            return step
    first = waiting[0] if waiting else None
    if first is None:
        return NextStep(_("Nothing is open"), _("The next assessment shows whether it helped."))
    return NextStep(
        _("Bring %(key)s forward", key=first.key),
        _("It stands first, it has an owner and a date that still lies ahead."), first.number,
    )  # fmt: skip


def short_day(moment: datetime, now: datetime) -> str:
    """A date for a table: the year only where it is another one."""
    return str(format_date(moment, "d MMM" if moment.year == now.year else "d MMM y"))


def saved_filters(found: Sequence[IssueView], wanted: Filter, person: str) -> list[Saved]:
    """Filters worth a link, with how many issues each shows."""
    waiting = [issue for issue in found if not issue.closed]
    mine = sum((i.owner or "").casefold() == person.casefold() for i in found)
    entries = [
        (_("All"), len(found), {}, Filter()),
        (word(HORIZONS, "immediate").capitalize(),
         sum(i.horizon == "immediate" for i in found), {"horizon": "immediate"},
         Filter(horizon="immediate")),
        (word(HORIZONS, "planned").capitalize(), sum(i.horizon == "planned" for i in found),
         {"horizon": "planned"}, Filter(horizon="planned")),
        (_("Without owner"), sum(not i.owner for i in waiting), {"without_owner": "1"},
         Filter(without_owner=True)),
        (_("Mine"), mine, {"mine": "1"}, Filter(owner=person)),
    ]  # fmt: skip
    return [Saved(label, count, args, wanted == own) for label, count, args, own in entries]


def board(found: Sequence[IssueView]) -> list[tuple[str, str, list[IssueView]]]:
    """The issues of every state, in the order of the states."""
    return [
        (state, capital(word(STATE_WORDS, state)), [i for i in found if i.state == state])
        for state in STATES
    ]


def _carry(top: int, waiting: int, ownerless: int) -> str:
    if top == waiting:
        first = ngettext("%(num)s is open.", "%(num)s are open.", waiting)
    else:
        first = ngettext(
            "The first one carries most of the weight",
            "The first %(num)s carry most of the weight", top,
        )  # fmt: skip
    if not ownerless:
        return first if first.endswith(".") else f"{first}."
    if top == waiting or top == 1:
        tail = ngettext("%(num)s has no owner.", "%(num)s have no owner.", ownerless)
        return (
            f"{first} {tail}" if top == waiting else _("%(first)s and has no owner.", first=first)
        )
    tail = ngettext("%(num)s of them has no owner", "%(num)s of them have no owner", ownerless)
    return str(_("%(first)s, and %(tail)s.", first=first, tail=tail))


def _late(waiting: Sequence[IssueView], now: datetime) -> NextStep | None:
    late = [i for i in waiting if i.due_on is not None and i.due_on.date() < now.date()]
    if not late:
        return None
    issue = late[0]
    return NextStep(
        _("Finish %(key)s, or move its date", key=issue.key),
        ngettext("Its date has passed.", "Its date has passed, as have those of %(more)s others.",
                 len(late), more=len(late) - 1), issue.number,
    )  # fmt: skip


def _ownerless(waiting: Sequence[IssueView], now: datetime) -> NextStep | None:
    top = leaders(waiting) or waiting[:1]
    issue = next((issue for issue in top if not issue.owner), None)
    if issue is None:
        return None
    if issue.evidence.get("polarity") == "disputed":
        sentence = _("Give %(key)s an owner, or settle its dispute first", key=issue.key)
    else:
        sentence = _("Give %(key)s an owner", key=issue.key)
    return NextStep(sentence, _("“%(title)s” is near the top, and nobody looks after it.",
                                title=issue.title), issue.number)  # fmt: skip


def _unscored(waiting: Sequence[IssueView], now: datetime) -> NextStep | None:
    issue = next((issue for issue in waiting if issue.score is None), None)
    if issue is None:
        return None
    names = ", ".join(word(FIELDS, name) for name in issue.inputs.missing)
    return NextStep(
        _("Complete %(key)s: %(names)s", key=issue.key, names=names),
        _("Until then it has no score and stands after all that have one."), issue.number,
    )  # fmt: skip


def _unverified(found: Sequence[IssueView], now: datetime) -> NextStep | None:
    done = [issue for issue in found if issue.state == "done"]
    waiting = any(not issue.closed for issue in found)
    if not done or waiting:
        return None
    return NextStep(
        _("Measure again whether %(key)s worked", key=done[0].key),
        _("Done is not the end: an issue is verified when something was measured again."),
        done[0].number,
    )  # fmt: skip
