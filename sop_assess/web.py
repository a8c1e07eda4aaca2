"""What views need of the installation: its stores, settings, queue and static files."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import current_app

from .assets import Assets
from .config import Settings
from .db import Stores
from .jobs import JobQueue


@dataclass(frozen=True)
class CompanyView:
    """The company as pages show it."""

    name: str
    is_sample: bool
    language: str


@dataclass
class State:
    """The parts of one installation, and what error pages remember of its company."""

    settings: Settings
    stores: Stores
    queue: JobQueue
    assets: Assets
    company: CompanyView | None = None


def state() -> State:
    """The parts of the current app."""
    found: State = current_app.extensions["sop_assess"]
    return found


def stores() -> Stores:
    """The current app's stores."""
    return state().stores


def settings() -> Settings:
    """The current app's settings."""
    return state().settings


def queue() -> JobQueue:
    """The current app's job queue; what it starts is known to be this person's."""
    from .accounts.session import signed_in

    person = signed_in()
    return replace(state().queue, by=person.id if person else None)


def asset(name: str) -> str:
    """The address of a static file, safe to keep for ever."""
    return state().assets.url(name)
