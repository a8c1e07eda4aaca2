"""The owner's side of inviting: the open link, codes on cards, the poster."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..accounts.session import signed_in
from ..db import now
from ..errors import InvalidError, NotFoundError
from ..instruments.definition import Definition
from ..instruments.service import definition_of
from ..web import settings, stores
from . import service
from .document import choose_language
from .launching import cards_of
from .links import code_link, eight_words, kiosk_link, open_link, plain_link
from .mailing import mailing_state
from .qr import qr_svg
from .queries import Door, codes_made, door_of

blueprint = Blueprint("invitations", __name__, template_folder="templates")

_BASE = "/a/<int:assessment_id>/rounds/<int:round_id>/invitations"
_CARDS_PER_SHEET = 10


@dataclass(frozen=True)
class Card:
    """One card: the code in letters and as a picture of the link that fills it in."""

    code: str
    picture: Markup


@blueprint.get(_BASE)
@policy("owner", "planner")
def invitations(assessment_id: int, round_id: int) -> Response | str:
    """How people get in: the link for everybody, or the codes by unit."""
    door = _door(assessment_id, round_id)
    if door.anonymous:
        return _anonymous_page(door)
    made = codes_made(stores(), door.key) if door.access == "codes" else {}
    link = _link(door)
    return render_template(
        "surveys/invitations.html", door=door, link=link, made=made, base=request.path,
        picture=qr_svg(link, _("QR code of the link")), today=now(), problem="",
    )  # fmt: skip


@blueprint.post(_BASE)
@policy("owner", "planner")
def make_cards(assessment_id: int, round_id: int) -> str:
    """Make codes for one unit and show their cards, once."""
    door = _door(assessment_id, round_id)
    unit = request.form.get("unit", "")
    codes = _codes(door, unit)
    person = signed_in()
    service.note_codes(
        stores(), door, unit, len(codes), by=person.id if person else None, now=now()
    )
    definition = definition_of(stores(), door.version_id)
    number = door.number_of(unit)
    cards = [_card(door, code, number) for code in codes]
    sheets = [cards[at : at + _CARDS_PER_SHEET] for at in range(0, len(cards), _CARDS_PER_SHEET)]
    language = _paper_language(definition)
    with force_locale(language):
        return render_template(
            "surveys/cards.html", door=door, sheets=sheets, unit=door.unit_at(number),
            definition=definition, language=language, address=_address(), back=request.path,
            words=eight_words(door),
        )  # fmt: skip


@blueprint.get(f"{_BASE}/poster")
@policy("owner", "planner")
def poster(assessment_id: int, round_id: int) -> str:
    """One sheet for the wall."""
    door = _door(assessment_id, round_id)
    definition = definition_of(stores(), door.version_id)
    language = _paper_language(definition)
    with force_locale(language):
        return render_template(
            "surveys/poster.html", door=door, definition=definition, language=language,
            link=_link(door), picture=qr_svg(_link(door), _("QR code of the link")),
            address=_address(), back=request.path.removesuffix("/poster"),
            words=eight_words(door),
        )  # fmt: skip


def _anonymous_page(door: Door) -> Response | str:
    """Mail, reminders, cards and poster of a round in which each person has one code."""
    if door.state == "planned":
        return redirect(
            url_for("launching.page", assessment_id=door.assessment_id, round_id=door.id), 303
        )
    link, base = open_link(settings().base_url, door), request.path
    return render_template(
        "surveys/invitations_anonymous.html", door=door, link=link, base=base, today=now(),
        state=mailing_state(stores(), door), words=eight_words(door), reasons=_reasons(),
        kiosk=kiosk_link(settings().base_url, door), plain=plain_link(settings().base_url, door),
        picture=qr_svg(link, _("QR code of the link")), sends_mail=settings().sends_mail,
    )  # fmt: skip


def _reasons() -> dict[str, str]:
    return {
        "unknown": _("the address is unknown there"),
        "full": _("the mailbox is full"),
        "refused": _("the mail server refused"),
        "later": _("not taken just now; send again later"),
    }


def _codes(door: Door, unit: str) -> list[str]:
    if not door.anonymous:
        return service.make_codes(stores(), door.id, unit, _count(request.form.get("count", "")))
    found = next((entry for entry in door.units if entry.code == unit), None)
    if found is None:
        raise InvalidError("Choose one of the units of this survey.")
    return cards_of(stores(), door, found)


def _door(assessment_id: int, round_id: int) -> Door:
    door = door_of(stores(), round_id)
    if door is None or door.assessment_id != assessment_id:
        raise NotFoundError("This assessment has no such survey.")
    return door


def _count(text: str) -> int:
    if not text.strip().isdigit():
        raise InvalidError("How many codes? Write a number.")
    return int(text)


def _card(door: Door, code: str, number: int) -> Card:
    link = code_link(settings().base_url, door, code, number)
    return Card(code, qr_svg(link, _("QR code of this card")))


def _link(door: Door) -> str:
    return open_link(settings().base_url, door)


def _address() -> str:
    return settings().base_url.partition("://")[2]


def _paper_language(definition: Definition) -> str:
    return choose_language(definition, request.values.get("language"))
