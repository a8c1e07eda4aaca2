"""The mail that invites one person: plain text and HTML, one link, nothing from elsewhere. Pure."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Final, Literal

from babel.dates import format_date
from babel.support import NullTranslations, Translations
from markupsafe import Markup, escape

Occasion = Literal["launch", "reminder", "missing"]
TRANSLATIONS: Final = Path(__file__).parents[1] / "translations"


@dataclass(frozen=True)
class Letter:
    """What all people of a round read alike; the link is added for each."""

    company: str
    title: str
    minutes: int
    closes_at: datetime | None
    label: str
    trustee: str
    words: Sequence[str]
    bands_only: bool = False
    language: str = "en"
    occasion: Occasion = "launch"

    def again(self, occasion: Occasion) -> Letter:
        """The same letter for a reminder."""
        return replace(self, occasion=occasion)


def write(
    letter: Letter, sender: str, name: str, address: str, link: str, now: datetime
) -> EmailMessage:
    """One person's mail. A name or address with a line break raises ValueError."""
    message = EmailMessage(policy=SMTP)
    from_name, from_address = parseaddr(sender)
    message["From"] = _address(from_name or letter.company, from_address)
    message["To"] = _address(name, address)
    message["Subject"] = subject(letter)
    message["Date"] = now
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{from_address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_plain(letter, link))
    message.add_alternative(_html(letter, link), subtype="html")
    return message


def subject(letter: Letter) -> str:
    """The line that people see first, alike for everybody."""
    _ = translations(letter.language).gettext
    pattern = _("%(company)s asks: %(title)s")
    if letter.occasion != "launch":
        pattern = _("Reminder from %(company)s: %(title)s")
    return _one_line(pattern % {"company": letter.company, "title": letter.title})


def paragraphs(letter: Letter) -> tuple[list[str], list[str]]:
    """What stands before the link, and what stands after it."""
    _ = translations(letter.language).gettext
    before = [_occasion_words(letter), _time_words(letter), promise_words(letter)]
    if letter.bands_only:
        before.append(_("Few people are invited. Results are shown as low, middle or high only, "
                        "and no free text is asked for."))  # fmt: skip
    after = [_("The link is yours: it lets one person answer once, so do not pass it on. What "
               "follows the # stays in your browser until you press Start.")]  # fmt: skip
    if letter.words:
        after.append(_("Compare eight words. The first page of the survey and the poster show the "
                       "same ones: %(words)s. If they differ, do not answer and tell the person "
                       "who invited you.") % {"words": " ".join(letter.words)})  # fmt: skip
    return [part for part in before if part], after


def promise_words(letter: Letter) -> str:
    """The round's label and who could still learn what, in two or three sentences."""
    _ = translations(letter.language).gettext
    if letter.label == "confidential":
        return _("Confidential: answers are kept without names, but you have to trust whoever "
                 "runs the server.")  # fmt: skip
    common = _("Your answers are sealed on your device and mixed with all others before anybody "
               "can read them. Nobody can tell afterwards who took part.")  # fmt: skip
    if letter.label == "anonymous_trustee":
        return _("Anonymous, key held by %(name)s. %(common)s Only the key of %(name)s opens "
                 "them.") % {"name": letter.trustee, "common": common}  # fmt: skip
    return _("Anonymous. %(common)s Whoever changes the program on the server while it runs could "
             "break this; the eight words below help to notice.") % {"common": common}  # fmt: skip


def _occasion_words(letter: Letter) -> str:
    _ = translations(letter.language).gettext
    if letter.occasion == "reminder":
        return _("This reminder goes to everybody who was invited. If you have answered, there is "
                 "nothing left to do.")  # fmt: skip
    if letter.occasion == "missing":
        return _("Nobody has started the survey with your link yet. Only the program that sends "
                 "this mail looked, and it keeps no list.")  # fmt: skip
    return _("What works and must stay? What gets in your way? %(company)s asks everybody who "
             "knows: you.") % {"company": letter.company}  # fmt: skip


def _time_words(letter: Letter) -> str:
    spoken = translations(letter.language)
    words = spoken.ngettext(
        "It takes about %(num)s minute, on any phone or computer.",
        "It takes about %(num)s minutes, on any phone or computer.", letter.minutes,
    ) % {"num": letter.minutes}  # fmt: skip
    if letter.closes_at is None:
        return words
    pattern = "d MMMM y" if letter.language == "en" else "long"
    day = format_date(letter.closes_at.date(), pattern, locale=letter.language)
    return f"{words} {spoken.gettext('The last day is %(day)s.') % {'day': day}}"


def _plain(letter: Letter, link: str) -> str:
    before, after = paragraphs(letter)
    return "\n\n".join([letter.title, *before, link, *after]) + "\n"


def _html(letter: Letter, link: str) -> str:
    _ = translations(letter.language).gettext
    before, after = paragraphs(letter)
    body = Markup("\n").join(Markup("<p>{}</p>").format(part) for part in before)
    rest = Markup("\n").join(Markup("<p>{}</p>").format(part) for part in after)
    # A button would need a style; a link in large letters needs none and no picture.
    button = Markup('<p><big><strong><a href="{}">{}</a></strong></big></p>').format(
        link, _("Open the survey")
    )
    return str(
        Markup('<!doctype html>\n<html lang="{}"><head><meta charset="utf-8"><title>{}</title>'
               "</head><body>\n<h1>{}</h1>\n{}\n{}\n{}\n</body></html>\n").format(
            letter.language, subject(letter), escape(letter.title), body, button, rest)
    )  # fmt: skip


def _address(name: str, address: str) -> Address:
    if not f"{name}{address}".isprintable():
        raise ValueError("A name or an address hides a line break.")
    return Address(display_name=name, addr_spec=address)


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:150]


@cache
def translations(language: str) -> NullTranslations:
    """The words of a language for jobs, which have no page and so no page's language."""
    return Translations.load(str(TRANSLATIONS), [language])
