"""Whether a text is one mail address, and why not, in words. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from flask_babel import gettext as _

LONGEST: Final = 254
_LONGEST_LOCAL: Final = 64
_LOCAL: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def has_control(text: str) -> bool:
    """Whether a text hides a line break or another invisible sign that mail headers obey.

    >>> has_control("Ann\\nBcc: all"), has_control("Ann")
    (True, False)
    """
    return any(unicodedata.category(sign) in {"Cc", "Zl", "Zp", "Cs"} for sign in text)


def normal(text: str) -> str:
    """An address in the spelling that is kept: no space around it, lower case, plain domain.

    >>> normal(" Ann@Kestrel.example "), normal("a@münchen.example")
    ('ann@kestrel.example', 'a@xn--mnchen-3ya.example')
    """
    text = text.strip().lower()
    local, at, domain = text.rpartition("@")
    if domain.isascii() or not at:
        return text
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return text


def problem_of(address: str) -> str:
    """Why mail cannot be sent to this normal address; empty when it can."""
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        return str(_("it needs a name, an @ and a place, such as ann@example.com"))
    if len(address) > LONGEST or len(local) > _LONGEST_LOCAL:
        return str(_("it is too long for a mail address"))
    if not address.isascii():
        return str(_("it has letters that mail servers do not take"))
    if not _LOCAL.fullmatch(local):
        return str(_("the part before the @ has a sign or a space that does not belong there"))
    labels = domain.split(".")
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        return str(_("the part after the @ is not the name of a mail server"))
    return ""
