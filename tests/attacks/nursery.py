"""Loads the site once and forks a server at each line on its input; says when one has died."""

from __future__ import annotations

import logging
import os
import sys

import waitress

from sop_assess import create_app
from sop_assess.config import load_settings


def main() -> None:
    """One server at a time, on the port of the settings."""
    logging.basicConfig(level=logging.DEBUG)
    # Nothing is connected before the first request, so the site itself may be made before forking.
    settings = load_settings()
    site = create_app(settings)
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            waitress.serve(site, host="127.0.0.1", port=settings.port, threads=8, ident=None)
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("gone", flush=True)


if __name__ == "__main__":
    main()
