"""Made-up comments about selling laptops, with the subject of each."""

from __future__ import annotations

import random

_SUBJECTS = {
    "stock": (
        ["The stock list", "Our warehouse stock list", "Stock in the system", "The inventory list"],
        ["is out of date", "shows laptops we do not have", "was wrong again", "never matches"],
        ["so we promise back orders", "every week", "and customers wait", "in the warehouse"],
    ),
    "invoice": (
        ["The invoice", "Invoices from accounting", "My customer's invoice", "The billed price"],
        ["differs from the quote", "has another discount", "does not match the quoted price"],
        ["at month end", "and must be corrected", "so payment is late", "in half of the cases"],
    ),
    "leads": (
        ["Leads from the web form", "Web form enquiries", "New leads", "Enquiries on the website"],
        ["wait for two weeks", "sit in the sales queue", "get no reply for days"],
        ["before anybody calls", "until the lead is cold", "because no salesperson owns them"],
    ),
    "returns": (
        ["Returns", "Returned laptops", "The returns desk", "Repairs under warranty"],
        ["are handled well", "are repaired quickly", "get a friendly answer the same day"],
        ["by after-sales service", "and customers thank us for it", "which must be kept"],
    ),
    "training": (
        ["Training on new models", "Product training", "Our training sessions"],
        ["comes after the launch", "is too short", "was cancelled twice this year"],
        ["so we read the data sheet", "for new colleagues", "and nobody learns the models"],
    ),
}


def comments(count: int, seed: int = 0) -> tuple[list[str], list[str]]:
    """So many comments in random order, and their subjects."""
    chance = random.Random(seed)
    subjects = [list(_SUBJECTS)[i % len(_SUBJECTS)] for i in range(count)]
    chance.shuffle(subjects)
    texts = [" ".join(chance.choice(part) for part in _SUBJECTS[s]) + "." for s in subjects]
    return texts, subjects
