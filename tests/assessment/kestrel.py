"""The released figures of a whole invented assessment, for pages, the report and pictures."""

from __future__ import annotations

from sop_assess.analysis.results import Cell
from sop_assess.assessment.findings import update_findings
from sop_assess.db import Stores
from tests.assessment import released as r

UNITS = (
    ("service", 52, 0.75), ("warehouse", 48, 0.6), ("inside", 38, 0.75), ("field", 26, 0.75),
    ("stock", 21, 0.7), ("quoting", 17, 0.7), ("invoicing", 16, None), ("office", 7, None),
)  # fmt: skip


def build(stores: Stores) -> int:
    """The assessment with a release of each method and of the company's own records."""
    assessment = r.start(stores)
    r.release(stores, assessment, "survey", survey(), n=172, population=240, themes=THEMES)
    r.release(stores, assessment, "interview", interviews(), n=14)
    r.release(stores, assessment, "shadow", shadowing(), n=18)
    r.release(stores, assessment, "shop", shopping(), n=46)
    r.release(stores, assessment, "import", records(), source="times:1", n=1412, set_aside=3)
    update_findings(stores, assessment)
    return assessment


THEMES = {
    "problem": {"comments": 302, "themes": 3, "unplaced": 15, "note": None, "tier": "lexical"},
    "keep": {"comments": 101, "themes": 1, "unplaced": 0, "note": None, "tier": "lexical"},
}


def survey() -> list[Cell]:
    """What 172 of 240 people said."""
    joints = [("S1>S2", 0.25, 0.55), ("S2>S3", 0.5, 0.3), ("S3>S4", 0.25, 0.6),
              ("S4>S5", 0.18, 0.66), ("S5>S6", 0.3, 0.55), ("S6>S7", 0.4, 0.42),
              ("S7>S8", 0.25, 0.6)]  # fmt: skip
    cells = [
        r.balance("S1", "response_time", 0.17, 0.67, 97),
        r.balance("S1", "ownership", 0.3, 0.5, 97),
        r.balance("S2", "information", 0.4, 0.38, 88), r.balance("S3", "accuracy", 0.66, 0.12, 79),
        r.balance("S3", "approval", 0.28, 0.52, 79), r.balance("S4", "capacity", 0.18, 0.62, 131),
        r.balance("S4", "system", 0.3, 0.52, 131), r.balance("S5", "exceptions", 0.4, 0.4, 63),
        r.balance("S6", "accuracy", 0.66, 0.11, 139), r.balance("S6", "promise", 0.3, 0.52, 139),
        r.balance("S7", "accuracy", 0.2, 0.61, 51), r.balance("S7", "clarity", 0.5, 0.2, 51),
        r.balance("S8", "exceptions", 0.71, 0.1, 112), r.band("S8", "skills", "low"),
    ]  # fmt: skip
    for subject, good, bad in joints:
        cells.append(r.balance(subject, "handoff", good, bad, 118))
        cells.append(r.balance(f"{subject}:giver", "handoff", good + 0.1, bad - 0.1, 71))
        cells.append(r.balance(f"{subject}:receiver", "handoff", good - 0.1, bad + 0.1, 47))
    cells += [r.response("all", 240, 0.7), *(r.response(f"unit:{u}", n, s) for u, n, s in UNITS)]
    cells += [
        r.theme("p-t01", "Stock list, out of date, promise", "S4", 71),
        r.theme("p-t02", "Web enquiries, found too late", "S1", 58, severity=4.0),
        r.theme("p-t03", "Parking, canteen, heating", "S5", 19, firmness="loose", mixed=True),
        r.theme("k-t01", "Returns desk, quick, fair", "S8", 49, "keep", severity=None),
        r.quote(
            "p-t01", "The list is from Monday. By Thursday I promise laptops that are gone.", "S4"
        ),
        r.quote("p-t01", "We ask the warehouse by phone because the screen lies.", "S4"),
        r.quote("p-t02", "Nobody owns the web mailbox.", "S1"),
        r.quote("p-t03", "No parking after eight.", "S5"),
        r.quote("k-t01", "Returns decide on the spot. Never change that.", "S8"),
    ]  # fmt: skip
    return cells


def interviews() -> list[Cell]:
    """What 14 leaders said."""
    cells = [
        r.marks("S1", "response_time", 6, 0, fails=5), r.marks("S1", "ownership", 6, 2, 2, 1),
        r.marks("S3", "accuracy", 6, 5), r.marks("S3", "approval", 6, 0),
        r.marks("S4", "capacity", 7, 0, fails=6), r.marks("S5", "exceptions", 5, 0),
        r.marks("S6", "accuracy", 5, 4), r.marks("S7", "accuracy", 4, 0, fails=3),
        r.marks("S8", "exceptions", 4, 4), r.marks("S4>S5", "handoff", 9, 8),
        r.marks("S3>S4", "handoff", 6, 5), r.marks("S2>S3", "handoff", 5, 5),
        r.note("We never pass on an order with gaps. The form does not let you.", "S4",
               "Interviewee 4"),
        r.note("Procurement rings us when something is missing, and that is rare.", "S4",
               "Interviewee 11"),
    ]  # fmt: skip
    owned = [f"S{n}" for n in range(1, 9)]
    cells.append(
        Cell("coverage", "", None, None, "all", 14, detail={"owned": owned, "heard": owned})
    )
    cells.append(Cell("saturation", "", None, None, "all", 14, 0.04,
                      detail={"new": [], "base": 25, "last": 1}))  # fmt: skip
    return cells


def shadowing() -> list[Cell]:
    """What observers saw in 18 sessions."""
    return [
        r.checks("S1", "response_time", 2, 22, 3, 2), r.checks("S4", "capacity", 6, 20, 6, 4),
        r.checks("S4>S5", "handoff", 6, 10, 6, 5), r.checks("S8", "exceptions", 19, 2, 3),
        r.checks("S6", "accuracy", 20, 1, 3),
        Cell("coverage", "", None, None, "all", 18,
             detail={"roles": ["a", "b", "c", "d", "e", "f"], "work_items": 34}),
        Cell("agreement", "", None, None, "all", 4, 0.81, 0.66, 0.92),
        r.note("Typed ‘see mail’ in the field for the configuration, to get past the check.", "S4",
               "Order desk, session 2", "problem"),
    ]  # fmt: skip


def shopping() -> list[Cell]:
    """What twelve shoppers got in 46 cases."""
    places = [("Harbour", 1, 6), ("North", 6, 6), ("Web", 6, 6), ("Centre", 5, 6)]
    cells = [
        r.standards("S1", "response_time", 3, 12, critical=6), r.standards("S4", "capacity", 1, 8),
        r.standards("S6", "accuracy", 23, 24), r.standards("S8", "exceptions", 21, 22),
        r.standards("S7", "accuracy", 18, 24),
        *(r.standards("S7", "accuracy", p, j, group=f"location:{n}") for n, p, j in places),
        Cell("coverage", "", None, None, "all", 46, detail={"shoppers": 12, "locations": 4}),
    ]  # fmt: skip
    for number in range(1, 13):
        effect = -1.1 if number == 7 else 0.1
        cells.append(Cell("severity", f"Shopper {number}", None, None, "all", 4, effect,
                          effect - 0.4, effect + 0.4, {}))  # fmt: skip
    return cells


def records() -> list[Cell]:
    """How long leads waited."""
    return [r.wait("all", 1412, 2), r.wait("source:Web form", 412, 14),
            r.wait("source:Phone", 655, 0.3), r.wait("source:Fair", 345, 1.0)]  # fmt: skip
