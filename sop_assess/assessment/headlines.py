"""What a finding is called: a place, and a clause for its topic, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from .amounts import duration, joined
from .evidence import Fact

# topic: its name, the clause when it works, the clause when it does not
TOPIC_WORDS: Final[Mapping[str, tuple[Any, Any, Any]]] = {
    "response_time": (_l("response time"), _l("things happen in time"), _l("it takes too long")),
    "ownership": (
        _l("ownership"),
        _l("it is clear who takes care"),
        _l("nobody clearly takes care"),
    ),
    "information": (
        _l("information"),
        _l("the information is there"),
        _l("information is missing"),
    ),
    "accuracy": (_l("accuracy"), _l("the work comes out right"), _l("mistakes get through")),
    "clarity": (
        _l("clarity"),
        _l("customers know where they stand"),
        _l("customers do not know where they stand"),
    ),
    "system": (_l("systems and tools"), _l("the systems help"), _l("the systems get in the way")),
    "approval": (_l("approval"), _l("approvals come fast enough"), _l("approvals hold things up")),
    "capacity": (
        _l("capacity and stock"),
        _l("what can be delivered is known"),
        _l("nobody knows for sure what can be delivered"),
    ),
    "promise": (_l("promises"), _l("promises are kept"), _l("promises are not kept")),
    "handoff": (_l("hand-off"), _l("work arrives complete"), _l("work arrives incomplete")),
    "exceptions": (
        _l("exceptions"),
        _l("exceptions are handled well"),
        _l("exceptions are handled badly"),
    ),
    "skills": (_l("skills"), _l("people know what to do"), _l("people are not trained for it")),
    "morale": (_l("morale"), _l("people like working here"), _l("people are worn down")),
    "cost": (_l("cost and waste"), _l("little effort is wasted"), _l("effort is wasted")),
}


def topic_name(topic: str) -> str:
    """The topic as a word."""
    return str(TOPIC_WORDS[topic][0]) if topic in TOPIC_WORDS else topic


def clause(topic: str, polarity: str) -> str:
    """What works, or does not, about a topic."""
    words = TOPIC_WORDS.get(topic)
    if words is None:
        return topic
    return str(words[1] if polarity == "works" else words[2])


def place_name(place: str, stages: Mapping[str, str]) -> str:
    """The stage's name, or "Order to procurement" for a hand-off."""
    giver, joint, receiver = place.partition(">")
    if not joint:
        return stages.get(giver, giver)
    return _("%(giver)s to %(receiver)s", giver=stages.get(giver, giver),
             receiver=inside(stages.get(receiver, receiver)))  # fmt: skip


def title(
    place: str, topic: str, polarity: str, facts: Sequence[Fact], stages: Mapping[str, str],
    verdicts: Mapping[str, Mapping[str, Any]],
) -> str:  # fmt: skip
    """The finding in one line, place first.

    >>> title("S6", "accuracy", "works", [], {"S6": "Shipping"}, {})
    'Shipping: the work comes out right'
    """
    where = place_name(place, stages)
    if polarity == "disputed":
        return f"{where}: {dispute(verdicts)}"
    if polarity == "mixed":
        return _("%(place)s: a mixed picture of %(topic)s", place=where, topic=topic_name(topic))
    found = f"{where}: {clause(topic, polarity)}"
    return f"{found}{_where_exactly(facts)}" if polarity == "fails" else found


def _where_exactly(facts: Sequence[Fact]) -> str:
    for fact in facts:
        if fact.kind == "slow_source":
            return _(", a median of %(wait)s for %(source)s", wait=duration(fact.data["value"]),
                     source=fact.data["source"])  # fmt: skip
    for fact in facts:
        if fact.kind == "place":
            return _(", above all at %(place)s", place=fact.data["location"])
    return ""


def sentence_of(place: str, topic: str, polarity: str, stages: Mapping[str, str]) -> str:
    """The finding as a sentence of the heading: which place works, or does not, and how so.

    >>> sentence_of("S6", "accuracy", "works", {"S6": "Shipping"})
    'Shipping works: the work comes out right.'
    """
    where, said = place_name(place, stages), clause(topic, polarity)
    if polarity == "works":
        return _("%(place)s works: %(clause)s.", place=where, clause=said)
    return _("%(place)s does not: %(clause)s.", place=where, clause=said)


def dispute(verdicts: Mapping[str, Mapping[str, Any]]) -> str:
    """Who says that it works, and who says that it does not."""
    good = [who(m) for m, v in verdicts.items() if v["polarity"] == "works"]
    bad = [who(m) for m, v in verdicts.items() if v["polarity"] == "fails"]
    if not good or not bad:
        return _("the methods contradict each other")
    return _("%(good)s say it works, %(bad)s say it does not", good=joined(good), bad=joined(bad))


def who(method: str) -> str:
    """The people behind a method."""
    return str(_PEOPLE.get(method, method))


def inside(name: str) -> str:
    """A name inside a sentence: English names lose their capital unless they are an acronym.

    >>> inside("Lead capture"), inside("ERP order")
    ('lead capture', 'ERP order')
    """
    english = str(get_locale() or "en").startswith("en")
    ordinary = name[:1].isupper() and name[1:2].islower()
    return name[0].lower() + name[1:] if english and ordinary else name


def label_name(label: str) -> str:
    """The convergence label in the words of the pages."""
    return str(_LABELS[label])


def polarity_name(polarity: str) -> str:
    """What a mark means."""
    return str(_POLARITIES[polarity])


def confidence_name(confidence: str) -> str:
    """How sure the finding is."""
    return str(_CONFIDENCES[confidence])


_PEOPLE: Final = {
    "survey": _l("staff"), "interview": _l("interviewees"), "shadow": _l("observers"),
    "shop": _l("shoppers"), "import": _l("the records"),
}  # fmt: skip
_LABELS: Final = {
    "agreement": _l("agreement"), "partial": _l("partly"), "dissonance": _l("disputed"),
    "silence": _l("one speaks, others are silent"), "single_method": _l("one method only"),
    "none": _l("nothing said"),
}  # fmt: skip
_POLARITIES: Final = {
    "works": _l("works"), "fails": _l("does not work"), "mixed": _l("mixed"),
    "disputed": _l("disputed"), "silent": _l("asked, nothing said"), "not_asked": _l("not asked"),
}  # fmt: skip
_CONFIDENCES: Final = {
    "high": _l("high"), "moderate": _l("moderate"), "low": _l("low"), "very_low": _l("very low"),
}  # fmt: skip
