"""Typed errors. Each carries one sentence for people: what is wrong, where, what to do."""

from __future__ import annotations

from collections.abc import Mapping


class SopError(Exception):
    """A rule was violated; `sentence` may be shown to the person who caused it."""

    status = 400

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFoundError(SopError):
    """The thing asked for does not exist, or not for this person."""

    status = 404


class ForbiddenError(SopError):
    """The person is known and may not do this."""

    status = 403


class ConflictError(SopError):
    """The same id came with other content, or a state does not allow the step."""

    status = 409


class GoneError(SopError):
    """The link or round has ended."""

    status = 410


class TooLargeError(SopError):
    """A file or text is over its limit."""

    status = 413


class InvalidError(SopError):
    """Input breaks a rule."""

    status = 422


class AnswersInvalidError(InvalidError):
    """Answers break the definition; `messages` says what, by item code."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        count = len(messages)
        noun = "answer needs" if count == 1 else "answers need"
        super().__init__(f"{count} {noun} another look. The message stands beside each.")
        self.messages = dict(messages)


class TooFewError(SopError):
    """A statistic refuses: there is less data than it needs."""

    status = 422


class ModelError(SopError):
    """A language model's file is missing, cannot be read or is not the one that was tested."""

    status = 503


class JobCancelledError(Exception):
    """A person asked that a job ends; raised where it tells its progress."""


class RegistryError(RuntimeError):
    """A registry is inconsistent; start-up stops."""
