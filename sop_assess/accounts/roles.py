"""The roles of people with an account, and what each may do in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

ROLES: dict[str, LazyString] = {
    "administrator": _l("invites people and gives them roles"),
    "owner": _l("plans, reads all results, decides what to do first"),
    "reader": _l("reads results and reports"),
    "leader": _l("holds interviews and observes work"),
    "coder": _l("sorts and names the themes of comments"),
    "planner": _l("prepares rounds, invitations and visits"),
    "shopper": _l("visits as a customer"),
    "location_manager": _l("reads the results of one location"),
    "redactor": _l("removes names from texts"),
    "trustee": _l("holds a key to sealed answers"),
}
NAMES: dict[str, LazyString] = {
    "administrator": _l("Administrator"),
    "owner": _l("Owner"),
    "reader": _l("Reader"),
    "leader": _l("Leader"),
    "coder": _l("Coder"),
    "planner": _l("Planner"),
    "shopper": _l("Shopper"),
    "location_manager": _l("Location manager"),
    "redactor": _l("Redactor"),
    "trustee": _l("Trustee"),
}
# A person in a small firm holds most roles; the first one does.
FIRST_ROLES = ("administrator", "owner", "leader", "planner", "coder")
COMPANY = "company"
# Accounts belong to the company, not to one assessment.
COMPANY_ONLY = frozenset({"administrator"})
# Who may read comments of an anonymous survey before they are shown; it takes two of them.
REDACTING = ("owner", "redactor", "trustee")
