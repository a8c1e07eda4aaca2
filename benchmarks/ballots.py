"""What a blind ballot costs: issuing, the checks of a submission, opening a round's boxes.

    python -m benchmarks.ballots [--ballots 100] [--invited 500] [--boxes 10000] [--full]

Keys have the product's length. Times are of one core: the signer's and our own processor time.
Boxes are opened one after the other; without --full 500 of them, and the rest is extrapolated.
The last line is JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import secrets
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from sop_assess.surveys import blind, ledger, sealing
from sop_assess.surveys.credential import receipt_code
from sop_assess.surveys.keys import KeyFolder
from sop_assess.surveys.signer import Signer

KEY = "benchmark"
SAMPLE = 500
TICKS = os.sysconf("SC_CLK_TCK")
TARGETS = {"issue_ms": 50, "submit_ms": 15, "open_seconds_10000": 60}

Ballot = tuple[bytes, bytes]


def main() -> None:
    """Make a round's keys, issue, submit and open, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ballots", type=int, default=100)
    parser.add_argument("--invited", type=int, default=500)
    parser.add_argument("--boxes", type=int, default=10_000)
    parser.add_argument("--full", action="store_true", help="open every box")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = KeyFolder(Path(name) / "keys")
        begun = time.perf_counter()
        folder.create(KEY, [1], with_box=True)
        figures: dict[str, Any] = {"two_keys_seconds": round(time.perf_counter() - begun, 2)}
        issued, ballots = issue(folder, arguments.ballots, arguments.invited)
        figures |= issued
        print(f"issue: {issued}", flush=True)
        submitted = submit(folder, ballots)
        figures |= submitted
        print(f"submit: {submitted}", flush=True)
        figures |= open_boxes(folder, arguments.boxes, full=arguments.full)
    figures["targets"] = TARGETS
    print(json.dumps(figures))


def issue(folder: KeyFolder, count: int, invited: int) -> tuple[dict[str, Any], list[Ballot]]:
    """Sign blinded messages through the signer process, with the ledger rewritten each time."""
    public, ledger_key = folder.issuer_public(KEY, 1), folder.ledger_key(KEY)
    box, signer = ledger.new(ledger_key, invited, KEY), Signer(folder.path)
    signer.sign(KEY, 1, blind.blind(public, b"first").blinded)
    waits, ballots, own = [], [], 0.0
    signers = _seconds_of(signer.pid)
    for number in range(count):
        prepared = blind.prepare(blind.message(_chance(), KEY, 1), _chance())
        hidden = blind.blind(public, prepared)
        begun, used = time.perf_counter(), time.process_time()
        opened = ledger.Ledger(ledger_key, box, KEY)
        opened.issue(number % invited, hidden.blinded)
        signed = signer.sign(KEY, 1, hidden.blinded)
        box = opened.seal()
        own += time.process_time() - used
        waits.append(time.perf_counter() - begun)
        ballots.append((prepared, blind.finalize(public, prepared, signed, hidden.inverse)))
    signers = _seconds_of(signer.pid) - signers
    signer.close()
    return {
        "issue_ms": round(1000 * (own + signers) / count, 2),
        "issue_signer_ms": round(1000 * signers / count, 2),
        "issue_wall_p50_ms": round(1000 * statistics.median(waits), 2),
    }, ballots


def submit(folder: KeyFolder, ballots: list[Ballot]) -> dict[str, Any]:
    """Check ballots as a submission does: context, signature, box length, nullifier, receipt."""
    public = folder.issuer_public(KEY, 1)
    box = sealing.seal(folder.box_public(KEY), b"a" * 2000, b"")
    begun = time.process_time()
    for prepared, signature in ballots:
        right = blind.matches(prepared, KEY, 1) and blind.verify(public, prepared, signature)
        if not right or len(box) not in sealing.sizes():
            raise SystemExit("a ballot of ours was refused")
        receipt_code(hashlib.sha256(prepared).hexdigest(), hashlib.sha256(box).hexdigest())
    return {"submit_ms": round(1000 * (time.process_time() - begun) / len(ballots), 3)}


def open_boxes(folder: KeyFolder, boxes: int, *, full: bool) -> dict[str, Any]:
    """Open and shuffle sealed answers of 2 kB."""
    public, private = folder.box_public(KEY), folder.box_private(KEY)
    count = boxes if full else min(SAMPLE, boxes)
    content = secrets.token_bytes(2000)
    sealed = [
        (bound, sealing.seal(public, content, bound))
        for bound in (sealing.associated(KEY, f"{number:064x}") for number in range(count))
    ]
    begun = time.process_time()
    opened = [sealing.unseal(private, box, bound) for bound, box in sealed]
    secrets.SystemRandom().shuffle(opened)
    seconds = time.process_time() - begun
    if opened != [content] * count:
        raise SystemExit("a box of ours did not open")
    return {
        "opened": count,
        f"open_seconds_{boxes}": round(seconds * boxes / count, 2),
        "box_bytes": len(sealed[0][1]),
    }


def _chance() -> bytes:
    return secrets.token_bytes(32)


def _seconds_of(pid: int | None) -> float:
    """Processor time of the signer so far."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICKS


if __name__ == "__main__":
    main()
