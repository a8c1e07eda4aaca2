"""How a score comes about, in one line."""

from __future__ import annotations

from flask_babel import format_decimal
from flask_babel import gettext as _

from ..assessment.amounts import percent
from .queries import IssueView
from .score import CONFIDENCE, Inputs, shown
from .words import FIELDS, word


def working(inputs: Inputs) -> str:
    """How a score comes about: "29 % × 4 × 1.0 ÷ 2".

    >>> working(Inputs(0.29, 4, "high", 2)).replace("\\N{NO-BREAK SPACE}", " ")
    '29 % × 4 × 1.0 ÷ 2'
    """
    if len(inputs.missing) == 4:
        return str(_("not estimated"))
    if inputs.reach is None or inputs.before_effort is None:
        names = [word(FIELDS, name) for name in inputs.missing]
        return str(_("not given: %(names)s", names=", ".join(names)))
    factor = format_decimal(CONFIDENCE[inputs.confidence or ""], format="0.0")
    known = f"{percent(inputs.reach)} × {inputs.impact} × {factor}"
    if inputs.effort is None:
        return str(_("%(known)s, effort not estimated", known=known))
    return f"{known} ÷ {format_decimal(inputs.effort, format='0.##')}"


def score_words(issue: IssueView) -> str:
    """The score, or that there is none."""
    return _("no score") if issue.score is None else shown(issue.score)
