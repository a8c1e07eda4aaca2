"""How long sign-ins last and how often one may be tried; attempts stay in memory only."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import deque
from datetime import datetime, timedelta

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)


class Limit:
    """At most `most` attempts per key within `period`; keys are forgotten after it."""

    def __init__(self, most: int, period: timedelta) -> None:
        self.most, self.period = most, period
        self._attempts: dict[bytes, deque[float]] = {}
        self._secret = secrets.token_bytes(16)
        self._lock = threading.Lock()

    def attempt(self, key: str, now: datetime) -> bool:
        """Count an attempt; False when it is one too many."""
        with self._lock:
            self._forget(now)
            attempts = self._attempts.setdefault(self._hidden(key), deque())
            if len(attempts) >= self.most:
                return False
            attempts.append(now.timestamp())
            return True

    def clear(self, key: str) -> None:
        """Forget the attempts of a key, after a success."""
        with self._lock:
            self._attempts.pop(self._hidden(key), None)

    def _hidden(self, key: str) -> bytes:
        return hmac.digest(self._secret, key.encode(), hashlib.sha256)[:16]

    def _forget(self, now: datetime) -> None:
        oldest = (now - self.period).timestamp()
        for key in list(self._attempts):
            attempts = self._attempts[key]
            while attempts and attempts[0] < oldest:
                attempts.popleft()
            if not attempts:
                del self._attempts[key]
