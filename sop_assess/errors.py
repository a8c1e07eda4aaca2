"""Typed errors. Each carries one sentence for people: what is wrong, where, what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from .translatable import OwnWord, marked


def _in_english(sentence: str, **values: object) -> str:
    plain = {name: f"{v:g}" if isinstance(v, float) else v for name, v in values.items()}
    return sentence % plain if plain else sentence


class SopError(Exception):
    """A rule was violated; `sentence` may be shown to the person who caused it.

    It is written in English with its values by name, and said in the language of whoever reads it.

    >>> InvalidError("The number must be at least %(least)s.", least=3).sentence
    'The number must be at least 3.'
    """

    status = 400
    # Rules know no language; the site puts the one of the page in here.
    say: ClassVar[Callable[..., str]] = _in_english

    def __init__(self, words: str, /, **values: object) -> None:
        super().__init__(_in_english(words, **values))
        self.words = words
        self.values = values

    @property
    def sentence(self) -> str:
        """What is wrong, where, and what to do."""
        values = {name: SopError.say(value) if isinstance(value, OwnWord) else value
                  for name, value in self.values.items()}  # fmt: skip
        return SopError.say(self.words, **values)


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
        words = (
            marked("One answer needs another look. The message stands beside it.")
            if len(messages) == 1
            else marked("%(count)s answers need another look. The message stands beside each.")
        )
        super().__init__(words, count=len(messages))
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
