"""Reading what a round collected into a frame and its free texts, for the release job only."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Select, Text, cast, select

from ..analysis.frames import Frame
from ..db import Stores
from ..instruments.answer_models import AnonymousAnswers, AnonymousComment, Submission
from ..instruments.catalogue import tree_of
from ..instruments.definition import Definition, stages_of
from ..instruments.identity import units_of
from ..instruments.models import Assignment, Round, RoundUnit
from ..shopping.models import Shopper
from ..themes.comments import Comment
from .columns import Document, columns, event_counts
from .groupings import attribute_groupings, named_groupings, unit_grouping

_Tasks = dict[int | None, tuple[str | None, str | None]]


@dataclass
class Source:
    """Everything the release of one round needs."""

    frame: Frame
    comments: list[Comment]
    input_hash: str
    contexts: list[Mapping[str, Any]] = field(default_factory=list)
    events: list[Sequence[Mapping[str, Any]]] = field(default_factory=list)


def anonymous_source(stores: Stores, found: Round, definition: Definition) -> Source:
    """The opened answers of an anonymous round, grouped by unit."""
    units: list[str | None] = []
    digest = hashlib.sha256()
    query = (
        select(AnonymousAnswers.unit, cast(AnonymousAnswers.answers, Text))
        .where(AnonymousAnswers.round_id == found.id)
        .order_by(AnonymousAnswers.id)
    )

    def documents() -> Iterator[Document]:
        for unit, text in _raw(stores, query):
            units.append(unit)
            digest.update(text.encode())
            yield orjson.loads(text)

    table, count = columns(definition.leaves, documents())
    known = tree_of(units_of(found.policy), found.policy.get("groups", ()))
    frame = Frame(
        method=found.kind, n_submissions=count, columns=table,
        groupings={"unit": unit_grouping(known, units), **attribute_groupings(definition, table)},
        population=sum(unit.invited for unit in known) or None,
    )  # fmt: skip
    return Source(frame, _anonymous_comments(stores, found.id, definition), digest.hexdigest())


def named_source(stores: Stores, found: Round, definition: Definition) -> Source:
    """The current, accepted submissions of a named round, grouped by place, role and person."""
    reading = _NamedReading(definition, _tasks(stores, found.id), found.kind == "interview")
    rows = _raw(stores, _named_query(found.id))
    table, count = columns(definition.leaves, map(reading.answers_of, rows))
    frame = Frame(
        method=found.kind, n_submissions=count, columns=table,
        groupings=named_groupings(reading.contexts), events=event_counts(reading.events),
    )  # fmt: skip
    digest = hashlib.sha256("".join(sorted(reading.hashes)).encode()).hexdigest()
    # The order of reading must not decide about themes.
    reading.comments.sort(key=_by_text)
    return Source(frame, reading.comments, digest, reading.contexts, reading.events)


class _NamedReading:
    """One pass over the documents of a named round: keeps what is no column, hands on the answers.

    A hundred thousand documents pass through here. What most of them share is kept once.
    """

    def __init__(self, definition: Definition, tasks: _Tasks, asks_own_stages: bool) -> None:
        self.contexts: list[Mapping[str, Any]] = []
        self.events: list[Sequence[Mapping[str, Any]]] = []
        self.comments: list[Comment] = []
        self.hashes: list[str] = []
        self._definition, self._asks_own_stages = definition, asks_own_stages
        self._texts = [
            (leaf.code, (leaf.subject or "").partition(">")[0] or None, leaf.item.role)
            for leaf in definition.leaves
            if leaf.type.endswith("_text") and leaf.item.role != "header"
        ]
        self._context_of_task: defaultdict[int | None, Mapping[str, Any]] = defaultdict(
            lambda: {"shopper": None, "location": None},
            {task: {"shopper": alias, "location": place} for task, (alias, place) in tasks.items()},
        )

    def answers_of(self, row: tuple[int | None, str, str]) -> Document:
        """Take one row in; gives its answers by leaf."""
        task, content_hash, text = row
        document = orjson.loads(text)
        answers, events, context = document["answers"], document["events"], document["context"]
        of_task = self._context_of_task[task]
        context = {**of_task, **context} if context else of_task
        self.hashes.append(content_hash)
        self.contexts.append(context)
        self.events.append(events or ())
        beside = self._beside(context)
        self._collect(answers, events, beside, commented='"comment"' in text)
        return (
            _with_not_asked(answers, context, self._definition)
            if self._asks_own_stages
            else answers
        )

    def _beside(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """What all comments of one form share."""
        return {
            "who": context.get("pseudonym") or context.get("role") or context.get("shopper"),
            "may_quote": bool(context.get("consent_quotes", True)),
            "place": context.get("location") or context.get("role"),
            "number": len(self.hashes) - 1,
        }  # fmt: skip

    def _collect(
        self,
        answers: Document,
        events: Sequence[Mapping[str, Any]],
        beside: Mapping[str, Any],
        *,
        commented: bool,
    ) -> None:
        for code, leaf_stage, role in self._texts:
            answer = answers.get(code)
            if answer and answer.get("value"):
                stage = answer.get("stage") or leaf_stage
                self.comments.append(
                    Comment(answer["value"], code, stage, answer.get("severity"), role, **beside)
                )
        if commented:
            self.comments += _remarks(answers, beside)
        if events:
            self.comments += _said(events, beside)


def _by_text(comment: Comment) -> tuple[str, str, str]:
    return comment.text, comment.item, comment.stage or ""


def units_of_round(stores: Stores, round_id: int) -> list[RoundUnit]:
    """The reporting units of a round in their order."""
    query = select(RoundUnit).where(RoundUnit.round_id == round_id).order_by(RoundUnit.position)
    with stores.core.reading() as session:
        return list(session.scalars(query))


def _raw(stores: Stores, query: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    with stores.core.reading() as session:
        yield from session.execute(query.execution_options(yield_per=500))


def _named_query(round_id: int) -> Select[*tuple[Any, ...]]:
    # JSON stays text here: parsing it ourselves is three times faster than through the type. No
    # order either: sorting a hundred megabytes costs more than counting them.
    return select(
        Submission.assignment_id, Submission.content_hash, cast(Submission.document, Text)
    ).where(
        Submission.round_id == round_id,
        Submission.superseded_by.is_(None),
        Submission.review != "excluded",
    )


def _tasks(stores: Stores, round_id: int) -> _Tasks:
    """The shopper's alias and the place of each task of a round."""
    query = (
        select(Assignment.id, Shopper.alias, Assignment.location)
        .outerjoin(Shopper, Shopper.id == Assignment.shopper_id)
        .where(Assignment.round_id == round_id)
    )
    with stores.core.reading() as session:
        return {task: (alias, place) for task, alias, place in session.execute(query)}


def _anonymous_comments(stores: Stores, round_id: int, definition: Definition) -> list[Comment]:
    query = (
        select(AnonymousComment)
        .where(AnonymousComment.round_id == round_id)
        .order_by(AnonymousComment.id)
    )
    with stores.core.reading() as session:
        return [
            Comment(c.text, c.item, c.stage, c.severity, definition.by_code[c.item].item.role)
            for c in session.scalars(query)
        ]


def _remarks(answers: Document, beside: Mapping[str, Any]) -> Iterator[Comment]:
    """What was written beside an answer, such as why it is No."""
    for code, answer in answers.items():
        if answer.get("comment"):
            yield Comment(answer["comment"], code, None, None, "problem", **beside)


def _said(events: Sequence[Mapping[str, Any]], beside: Mapping[str, Any]) -> Iterator[Comment]:
    """The notes taken while talking or watching."""
    for event in events:
        if event.get("text"):
            mark = event.get("mark")
            role = {"works": "keep", "problem": "problem"}.get(str(mark), "note")
            yield Comment(event["text"], "", event.get("stage"), None, role, mark, **beside)


def _with_not_asked(
    answers: Document, context: Mapping[str, Any], definition: Definition
) -> Document:
    """Stages outside an interviewee's own are 'not asked', which is not silence."""
    known = {s for key in ("owned", "supplied", "received") for s in context.get(key, ())}
    if not known:
        return answers
    outside = {
        leaf.code: {"state": "not_asked"}
        for leaf in definition.leaves
        if leaf.subject and leaf.code not in answers and not known & set(stages_of(leaf.subject))
    }
    return {**outside, **answers}
