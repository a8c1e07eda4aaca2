"""A limit on wrong codes without knowing who typed them: one counter for everybody, in memory."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Final

WRONG_CODES: Final = 30
SECONDS: Final = 60.0


class WrongCodes:
    """Counts wrong codes of the last minute. Right codes always pass: sixty random bits cannot be
    guessed, and a limit on everybody would let one device shut all the others out."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=WRONG_CODES)
        self._lock = Lock()

    def too_many(self, at: float) -> bool:
        """Note one more wrong code at this monotonic second; True when the limit is reached."""
        with self._lock:
            full = len(self._times) == WRONG_CODES and at - self._times[0] < SECONDS
            self._times.append(at)
            return full
