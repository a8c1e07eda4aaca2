"""The addresses of a survey. What follows # never leaves the browser by itself: no proxy, no log
and no mail gateway's report of clicks sees a code. Pure."""

from __future__ import annotations

import hashlib

from .manifest import fragment_of, words_of
from .queries import Door


def plain_link(base_url: str, door: Door) -> str:
    """The survey's own address, the same for everybody."""
    return f"{base_url}/s/{door.key}"


def open_link(base_url: str, door: Door) -> str:
    """The address for a poster: with the round's manifest, without a code."""
    return f"{plain_link(base_url, door)}{f'#m={fragment(door)}' if door.manifest else ''}"


def kiosk_link(base_url: str, door: Door) -> str:
    """The address for a shared device: its page starts over after each answer."""
    return f"{plain_link(base_url, door)}#k&m={fragment(door)}"


def code_link(base_url: str, door: Door, code: str, unit: int) -> str:
    """The address that lets one person answer, for the unit with this number."""
    end = f"&m={fragment(door)}" if door.manifest else ""
    return f"{plain_link(base_url, door)}#c={code}&u={unit}{end}"


def fragment(door: Door) -> str:
    """What a link carries of the manifest's hash."""
    return fragment_of(_digest(door))


def eight_words(door: Door) -> tuple[str, ...]:
    """The manifest's hash as words to compare; none for a confidential round."""
    return words_of(_digest(door)) if door.manifest else ()


def _digest(door: Door) -> bytes:
    return hashlib.sha256(door.manifest.encode()).digest()
