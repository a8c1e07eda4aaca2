"""Whether the ballots of an anonymous round add up, in one line that anybody can check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext


def ballot_sums(counts: Mapping[str, Any]) -> str:
    """Answers, receipts and ballots of a closed anonymous round; nothing for any other round."""
    if not {"issued", "receipts"} <= set(counts):
        return ""
    parts = [
        _("%(answers)s answers + %(aside)s set aside = %(receipts)s receipts ≤ %(issued)s ballots "
          "issued ≤ %(invited)s invited + %(again)s re-issues.",
          answers=counts["answers"], aside=counts["set_aside"], receipts=counts["receipts"],
          issued=counts["issued"] + counts["reissued"], invited=counts["invited"],
          again=counts["reissued"]),
    ]  # fmt: skip
    if counts.get("withdrawn"):
        parts.append(ngettext("%(num)s was withdrawn.", "%(num)s were withdrawn.",
                              counts["withdrawn"]))  # fmt: skip
    if "keys_destroyed_at" in counts:
        parts.append(_("All keys are destroyed."))
    return " ".join(parts)
