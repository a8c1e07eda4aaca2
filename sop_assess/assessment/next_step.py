"""What to do next in an assessment, the most useful first. Pure: a situation in, steps out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from .plan_words import method_name

TASK_PAGES: Final[Mapping[str, str]] = {
    "interview": "interviews",
    "shadow": "observations",
    "shop": "visits",
}
HEAVIEST: Final = 3


@dataclass(frozen=True)
class RoundState:
    """A round as the rule sees it. `tasks` is None for anonymous rounds."""

    id: int
    kind: str
    name: str
    state: str
    expected: int = 0
    received: int | None = None
    tasks: int | None = None
    closes_at: datetime | None = None
    unread: int = 0
    unsorted: bool = False


@dataclass(frozen=True)
class OpenFinding:
    """A finding that no issue speaks about yet, with its subject in words."""

    id: int
    subject: str


@dataclass(frozen=True)
class Situation:
    """All that decides what comes next."""

    moment: datetime
    final: bool = False
    edition: int = 0
    methods: tuple[str, ...] = ()
    rounds: tuple[RoundState, ...] = ()
    released: tuple[str, ...] = ()
    findings: int = 0
    disputed: tuple[OpenFinding, ...] = ()
    problems: tuple[OpenFinding, ...] = ()
    issues: int = 0
    ownerless: int = 0

    @property
    def running(self) -> tuple[RoundState, ...]:
        """Rounds that take answers now."""
        return tuple(entry for entry in self.rounds if entry.state in {"open", "closing"})


@dataclass(frozen=True)
class Step:
    """One thing to do. `url` is relative to the assessment's home; `minutes` are the owner's."""

    key: str
    sentence: str
    why: str
    action: str
    url: str
    minutes: int


def next_step(situation: Situation) -> Step:
    """The one thing to do now."""
    return next(_steps(situation))


def steps(situation: Situation) -> list[Step]:
    """Everything that can be done now, the most useful first."""
    return list(_steps(situation))


def _steps(now: Situation) -> Iterator[Step]:
    if now.final:
        yield _done(now)
        return
    if not now.methods:
        yield _choose()
        return
    yield from _collecting(now)
    yield from _reading(now)
    yield from _finishing(now)


def _collecting(now: Situation) -> Iterator[Step]:
    if not now.rounds:
        yield _first(now.methods[0])
        return
    yield from (_close(entry) for entry in now.running if _is_over(entry, now.moment))
    planned = [_open(entry) for entry in now.rounds if entry.state == "planned"]
    if not now.running:
        yield from planned
    yield from (_assign(entry) for entry in now.running if entry.tasks == 0)
    have = {entry.kind for entry in now.rounds}
    yield from (_prepare(method) for method in now.methods if method not in have)
    if now.running:
        yield from planned


def _reading(now: Situation) -> Iterator[Step]:
    if now.released and now.findings and not now.issues:
        yield _look(now)
    yield from (_sort(entry) for entry in now.rounds if entry.unsorted)
    yield from (_read(entry) for entry in now.rounds if entry.unread)
    waiting = [e for e in now.running if e.tasks != 0 and not _is_over(e, now.moment)]
    yield from (_wait(entry) for entry in waiting)


def _finishing(now: Situation) -> Iterator[Step]:
    for finding in now.disputed:
        yield _hear(finding)
    if now.problems[:HEAVIEST]:
        yield _issue(now.problems[:HEAVIEST])
    if now.ownerless:
        yield _name_owners(now.ownerless)
    if now.running or not now.rounds:
        return
    if now.findings:
        yield _finalise(now)
    else:
        yield _too_few()


def _is_over(entry: RoundState, moment: datetime) -> bool:
    """Whether all that was planned has come, or the closing day has passed."""
    if entry.state != "open":
        return False
    if entry.closes_at is not None and entry.closes_at <= moment:
        return True
    if entry.tasks is not None:
        return 0 < entry.tasks <= (entry.received or 0)
    return 0 < entry.expected <= (entry.received or 0)


def _choose() -> Step:
    return Step(
        "choose", _("Choose the methods first."),
        _("Each one shows what the others cannot. One is enough to begin."),
        _("Choose methods"), "plan", 5,
    )  # fmt: skip


def _first(method: str) -> Step:
    return Step(
        "first", _("Prepare the first round: %(method)s.", method=method_name(method).lower()),
        _("Choose a ready-made form, drop what does not fit, and look at it before it opens. "
          "Nothing is sent to anybody yet."),
        _("Prepare it"), f"rounds/new?kind={method}", 15,
    )  # fmt: skip


def _prepare(method: str) -> Step:
    return Step(
        "prepare", _("Prepare the next method: %(method)s.", method=method_name(method).lower()),
        _("It is in the plan and has no round yet."),
        _("Prepare it"), f"rounds/new?kind={method}", 15,
    )  # fmt: skip


def _open(entry: RoundState) -> Step:
    return Step(
        "open", _("Open “%(name)s”.", name=entry.name),
        _("The form is ready. Rehearse it with invented answers first, if you like. From the "
          "opening on, what it promises is fixed."),
        _("Look at it and open it"), f"rounds/{entry.id}", 5,
    )  # fmt: skip


def _assign(entry: RoundState) -> Step:
    page = TASK_PAGES.get(entry.kind, "")
    sentences = {
        "interview": _("Say who is interviewed, and by whom."),
        "shadow": _("Say which roles are observed, and by whom."),
        "shop": _("Give the shoppers their cases."),
    }
    return Step(
        "assign", sentences.get(entry.kind, entry.name),
        _("“%(name)s” is open and nobody has a task in it.", name=entry.name),
        _("Give out tasks"), f"rounds/{entry.id}/{page}", 15,
    )  # fmt: skip


def _wait(entry: RoundState) -> Step:
    return Step("wait", _coming_in(entry), _wait_reason(entry), _("Look at the round"),
                f"rounds/{entry.id}", 0)  # fmt: skip


def _coming_in(entry: RoundState) -> str:
    if entry.tasks is None:
        if entry.received is None:
            return _("Answers can come in now.")
        return _("Answers are coming in: %(count)s or more so far.", count=entry.received)
    return ngettext(
        "%(method)s: %(done)s of %(num)s task done.", "%(method)s: %(done)s of %(num)s tasks done.",
        entry.tasks, method=method_name(entry.kind), done=entry.received or 0,
    )  # fmt: skip


def _wait_reason(entry: RoundState) -> str:
    if entry.tasks is None and entry.received is None:
        return _("“%(name)s” is open. The counter moves in steps of 5 and starts at 10, so that "
                 "it tells nobody who has answered.", name=entry.name)  # fmt: skip
    if entry.tasks is None:
        return _("“%(name)s” is open. The counter moves in steps of 5, so that it tells nobody "
                 "who has answered. No figure is seen before the round closes.",
                 name=entry.name)  # fmt: skip
    return _("“%(name)s” is open. Nothing for you to do until it is complete.", name=entry.name)


def _close(entry: RoundState) -> Step:
    return Step(
        "close", _("Close “%(name)s”.", name=entry.name),
        _("All that was planned has come in, or its last day has passed. Closing works out the "
          "figures; a round cannot be opened again."),
        _("Look at it and close it"), f"rounds/{entry.id}", 3,
    )  # fmt: skip


def _look(now: Situation) -> Step:
    sentence = ngettext("Read what was found: %(num)s finding.",
                        "Read what was found: %(num)s findings.", now.findings)  # fmt: skip
    return Step("look", sentence,
                _("What works and must be kept comes first, then what does not. Each finding "
                  "shows how sure it is."),
                _("Read the results"), "results", 20)  # fmt: skip


def _sort(entry: RoundState) -> Step:
    return Step(
        "sort", _("Finish the themes of “%(name)s” and release them.", name=entry.name),
        _("The machine sorted the comments. Somebody looks at the names, merges and splits; until "
          "then nobody sees the themes."),
        _("Sort the comments"), "themes/sort", 30,
    )  # fmt: skip


def _read(entry: RoundState) -> Step:
    sentence = ngettext("Let two people read %(num)s comment before it is shown.",
                        "Let two people read %(num)s comments before they are shown.",
                        entry.unread)  # fmt: skip
    return Step(
        "read", sentence,
        _("“%(name)s” promised it. Whoever reads blackens what could tell who wrote.",
          name=entry.name),
        _("Read them"), f"rounds/{entry.id}/redaction", max(2, entry.unread // 4),
    )  # fmt: skip


def _hear(finding: OpenFinding) -> Step:
    return Step(
        "hear", _("Hear both sides about %(subject)s.", subject=finding.subject),
        _("The methods contradict each other. Until somebody asks, the report can only call it "
          "disputed. Make an issue of it to say who asks."),
        _("Read both sides"), f"findings/{finding.id}", 10,
    )  # fmt: skip


def _issue(problems: tuple[OpenFinding, ...]) -> Step:
    first = problems[0]
    sentence = ngettext("Make an issue of the heaviest problem: %(subject)s.",
                        "Make issues of the %(num)s heaviest problems, first %(subject)s.",
                        len(problems), subject=first.subject)  # fmt: skip
    return Step("issue", sentence,
                _("An issue keeps the evidence as it is today and gives it an owner."),
                _("Open the first"), f"findings/{first.id}", 5 * len(problems))  # fmt: skip


def _name_owners(count: int) -> Step:
    return Step(
        "owners",
        ngettext("Name an owner for %(num)s issue.", "Name owners for %(num)s issues.", count),
        _("What has no owner is not done."),
        _("Go to the backlog"), "backlog", 5 * count,
    )  # fmt: skip


def _finalise(now: Situation) -> Step:
    why = _("The figures are then frozen, and the next assessment is compared with them.")
    if len(set(now.released) & set(now.methods)) == 1:
        why = _("With one method every finding is labelled single-method. ") + why
    return Step("final", _("Read the report and make it final."), why,
                _("Read the report"), "report", 30)  # fmt: skip


def _too_few() -> Step:
    return Step(
        "too_few", _("Too few answers came in for a finding."),
        _("Figures appear from 5 people on, comments from 10. The results page says what can be "
          "said; a new round with more time may bring more."),
        _("See what can be said"), "results", 10,
    )  # fmt: skip


def _done(now: Situation) -> Step:
    return Step(
        "done", _("The assessment is final. What counts now is the backlog."),
        _("Edition %(number)s is frozen. When the worst is repaired, start the next assessment "
          "and compare.", number=now.edition),
        _("Go to the backlog"), "backlog", 0,
    )  # fmt: skip
