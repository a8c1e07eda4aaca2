"""What a process has cost so far, read inside it; no import of this project."""

from __future__ import annotations

import resource
import time
from pathlib import Path


def costs() -> dict[str, float]:
    """CPU seconds since the process began, imports included, and its peak memory in MB."""
    return {"cpu_seconds": round(time.process_time(), 2), "peak_mb": round(peak_mb())}


def peak_mb() -> float:
    """The peak of this program alone, where the system tells it.

    A child's ru_maxrss begins at what its parent used, which would count a large parent twice.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
