"""What pages say about learning from corrections: how far it is, and how far to trust it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext

from ..assessment.amounts import joined, number, percent, shares_range
from ..page import day as in_words
from .learned_queries import Corrected, Learning

if TYPE_CHECKING:
    from .learned import Figures, Taught

Names = Mapping[str, str]


def progress(found: Corrected) -> str:
    """How far the corrections of themes are from teaching something, and what then happens."""
    if found.learned:
        return _("The site has learned from what you corrected, and proposes where the rest "
                 "belongs.")  # fmt: skip
    if found.enough:
        return _("Enough comments are corrected: the site can learn from you and propose the rest.")
    return _("%(count)s of %(needed)s comments are corrected. From %(needed)s on the site learns "
             "from you and proposes the rest.", count=number(found.theme),
             needed=number(found.needed))  # fmt: skip


def placed(found: Corrected) -> str:
    """How far the corrections of themes are."""
    return _("%(count)s of %(needed)s comments are put into a theme or confirmed there.",
             count=number(found.theme), needed=number(found.needed))  # fmt: skip


def judged(found: Corrected) -> str:
    """How far the judgements of praise and problems are."""
    return _("%(count)s of %(needed)s comments are judged to be praise or a problem.",
             count=number(found.polarity), needed=number(found.needed))  # fmt: skip


def heading(found: Learning) -> str:
    """How many proposals wait, or what is missing."""
    waiting = sum(found.waiting.values())
    if waiting:
        return ngettext("One comment could belong elsewhere.",
                        "%(count)s comments could belong elsewhere.", waiting,
                        count=number(waiting))  # fmt: skip
    if found.day:
        return _("Nothing more is proposed.")
    if found.corrected.enough:
        return _("Enough comments are corrected to learn from.")
    return _("%(count)s of %(needed)s comments are corrected.", count=number(found.corrected.theme),
             needed=number(found.corrected.needed))  # fmt: skip


def group(kind: str, label: str, names: Names) -> str:
    """What the proposals of one group have in common, for choosing it."""
    if kind == "polarity":
        return _("Praise") if label == "keep" else _("A problem")
    return names.get(label, label)


def score(kind: str, figures: Figures) -> str:
    """The measured quality, and what guessing would get."""
    ends = _("%(low)s to %(high)s", low=number(figures.low, 2), high=number(figures.high, 2))
    values = {"score": number(figures.macro_f1, 2), "range": ends,
              "guess": number(figures.majority_f1, 2)}  # fmt: skip
    if kind == "theme":
        return _("Tested on corrected comments that it had not seen, the site scores %(score)s "
                 "of 1 (%(range)s). Always guessing the commonest theme would score %(guess)s.",
                 **values)  # fmt: skip
    return _("Tested on judged comments that it had not seen, the site scores %(score)s "
             "of 1 (%(range)s). Always guessing the commoner side would score %(guess)s.",
             **values)  # fmt: skip


def right(figures: Figures) -> str:
    """How many comments get a proposal, and how many of those are right."""
    given = _("It is sure enough about %(share)s of comments to propose something.",
              share=percent(figures.proposed))  # fmt: skip
    if figures.right is None:
        return given
    return given + " " + _(
        "Of these proposals %(right)s are right (%(range)s, n %(n)s).",
        right=percent(figures.right), range=shares_range(figures.right_low, figures.right_high),
        n=number(figures.made),
    )  # fmt: skip


def doubt(figures: Figures) -> str:
    """A warning where the proposals are hardly better than guessing."""
    if not figures.doubtful:
        return ""
    return _("That is not clearly better than guessing. Correct more comments first, or read every "
             "proposal before you tick it.")  # fmt: skip


def basis(kind: str, found: Taught, corrected: Corrected, day: str) -> str:
    """What it was learned from, and what was corrected since."""
    said = ngettext("Learned from one comment on %(day)s.", "Learned from %(count)s comments on "
                    "%(day)s.", found.n, count=number(found.n),
                    day=in_words(date.fromisoformat(day)))  # fmt: skip
    since = (corrected.theme if kind == "theme" else corrected.polarity) - found.n
    if since <= 0:
        return said
    return said + " " + ngettext("One more is corrected since.",
                                 "%(count)s more are corrected since.", since,
                                 count=number(since))  # fmt: skip


def nothing(kind: str) -> str:
    """Why enough corrections taught nothing."""
    if kind == "theme":
        return _("Nothing could be learned about themes: at least two of them need 10 different "
                 "corrected comments each.")  # fmt: skip
    return _("Nothing could be learned about praise and problems: each of the two needs 10 "
             "different judged comments.")  # fmt: skip


def never(kind: str, found: Taught, names: Names) -> str:
    """Which themes are never proposed, because there were too few comments to learn them."""
    gone = [names[key] for key in found.left_out if key in names] if kind == "theme" else []
    if not gone:
        return ""
    return _("Never proposed, as fewer than 10 of their comments are corrected: %(names)s.",
             names=joined(gone))  # fmt: skip
