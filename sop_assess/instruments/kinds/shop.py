"""Mystery shopping: a named shopper describes a place and a case, never an employee."""

from __future__ import annotations

from ...translatable import marked
from ..kind import Kind

ENTRY = Kind(
    key="shop",
    name=marked("Mystery shopping"),
    method="shop",
    filled_in_by="a named shopper, as a customer",
    describes="place",
    access="link",
    reading="standards",
    usual_error=marked("harsh or lenient shoppers, few visits"),
    only_it_shows="what the customer gets, with clocks",
    one=marked("case"),
    many=marked("cases"),
    evidence=frozenset({"photos", "receipts", "clocks"}),
)
