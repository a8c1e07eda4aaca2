"""The signer: a process of its own that alone loads the issuer keys and signs blinded messages.

One JSON line in, one out, one at a time. It needs no state but the key files, so it may be killed
at any moment: the next call starts another one, and signing again gives the same signature.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import select
import subprocess
import sys
import weakref
from pathlib import Path
from threading import Lock
from typing import IO, Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ..errors import GoneError, InvalidError, SopError
from .blind import blind_sign
from .keys import KEY_BITS, KeyFolder

ANSWER_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 2.0
_TRIES: Final = 2
_ROOT: Final = Path(__file__).parents[2]
_REFUSALS: Final[dict[str, type[SopError]]] = {"gone": GoneError, "invalid": InvalidError}


class Signer:
    """The web process's end: starts the signer when it is needed and asks it, one at a time."""

    def __init__(self, keys_folder: Path, *, bits: int = KEY_BITS) -> None:
        self._command = [sys.executable, "-m", __name__, str(keys_folder.resolve()), str(bits)]
        self._running: list[subprocess.Popen[bytes]] = []
        self._lock = Lock()
        weakref.finalize(self, _end_all, self._running)

    @property
    def pid(self) -> int | None:
        """The number of the running signer process."""
        return next((one.pid for one in self._running if one.poll() is None), None)

    def sign(self, round_key: str, unit: int, blinded: bytes) -> bytes:
        """The blind signature of this reporting unit's key."""
        asked = {"round": round_key, "unit": unit, "blinded": base64.b64encode(blinded).decode()}
        answer = self._ask(json.dumps(asked).encode() + b"\n")
        if "signature" in answer:
            return base64.b64decode(answer["signature"])
        raise _REFUSALS[answer["refused"]](answer["words"], **answer["values"])

    def close(self) -> None:
        """End the process; a later call starts another one."""
        with self._lock:
            _end_all(self._running)

    def _ask(self, line: bytes) -> dict[str, Any]:
        with self._lock:
            for _ in range(_TRIES):
                answer = self._exchange(line)
                if answer.endswith(b"\n"):
                    found: dict[str, Any] = json.loads(answer)
                    return found
                _end_all(self._running)
        raise RuntimeError("The signer process does not answer.")

    def _exchange(self, line: bytes) -> bytes:
        sending, receiving = self._pipes()
        try:
            sending.write(line)
            sending.flush()
        except BrokenPipeError:
            return b""
        ready, _, _ = select.select([receiving], [], [], ANSWER_SECONDS)
        return receiving.readline() if ready else b""

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self.pid is None:
            _end_all(self._running)
            # A session of its own: the terminal's interrupt ends the web process first.
            started = subprocess.Popen(  # noqa: S603  # our own program, no shell
                self._command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                start_new_session=True,
            )  # fmt: skip
            self._running.append(started)
        sending, receiving = self._running[-1].stdin, self._running[-1].stdout
        if sending is None or receiving is None:
            raise RuntimeError("The signer process has no pipes.")
        return sending, receiving


class Desk:
    """The signer's end: keys loaded so far, and the answer to a request."""

    def __init__(self, folder: KeyFolder) -> None:
        self._folder = folder
        self._keys: dict[Path, RSAPrivateKey] = {}

    def answer(self, line: bytes) -> bytes:
        """The answer line to a request line."""
        try:
            asked = json.loads(line)
            private = self._key(asked["round"], asked["unit"])
            signed = blind_sign(private, base64.b64decode(asked["blinded"]))
            found: dict[str, Any] = {"signature": base64.b64encode(signed).decode()}
        except SopError as error:
            kind = "gone" if isinstance(error, GoneError) else "invalid"
            found = {"refused": kind, "words": error.words, "values": error.values}
        return json.dumps(found).encode() + b"\n"

    def holds_destroyed_keys(self) -> bool:
        """Whether a key is still in memory whose file was destroyed."""
        return not all(path.exists() for path in self._keys)

    def _key(self, round_key: str, unit: int) -> RSAPrivateKey:
        path = self._folder.issuer_file(round_key, unit)
        if path not in self._keys or not path.exists():
            self._keys[path] = self._folder.issuer_private(round_key, unit)
        return self._keys[path]


def serve(desk: Desk, asking: IO[bytes], answering: IO[bytes]) -> None:
    """Answer until the other end is closed, or until a key was destroyed: memory goes with us."""
    while not desk.holds_destroyed_keys():
        ready, _, _ = select.select([asking], [], [], _LOOK_SECONDS)
        if not ready:
            continue
        line = asking.readline()
        if not line.endswith(b"\n"):
            return
        answering.write(desk.answer(line))
        answering.flush()


def main() -> None:
    """Sign for the process that started us; leave no memory image behind."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folder, bits = Path(sys.argv[1]), int(sys.argv[2])
    # Nothing but answers may reach the pipe.
    with os.fdopen(os.dup(1), "wb") as answering:
        sys.stdout = sys.stderr
        serve(Desk(KeyFolder(folder, bits=bits)), sys.stdin.buffer, answering)


def _end_all(running: list[subprocess.Popen[bytes]]) -> None:
    while running:
        process = running.pop()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                _close(pipe)


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return


if __name__ == "__main__":
    main()
