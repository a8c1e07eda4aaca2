"""`serve`: the web process and a supervised worker child, so that a job never stalls a page."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time

from .config import Settings
from .db import Stores, now
from .jobs import JobQueue
from .migrations import upgrade
from .stores import open_stores

log = logging.getLogger(__name__)


def serve(settings: Settings) -> int:
    """Serve until interrupted; the databases are brought to the newest schema first."""
    import waitress
    from waitress.channel import HTTPChannel

    from . import create_app, refusals

    _log_to_stdout()
    stores = open_stores(settings)
    upgrade(stores)
    app = create_app(settings, stores=stores)
    _print_setup_link(settings, stores)
    HTTPChannel.error_task_class = refusals.task_for(app)
    # A page hands the interpreter on at each of its queries. While another thread checks a large
    # file, every one of them would wait the usual 5 ms to get it back.
    sys.setswitchinterval(0.0005)
    worker = _Worker(settings) if settings.jobs == "worker" else None
    if worker is None:
        _keep_time(stores, JobQueue(stores, inline=True))
    try:
        waitress.serve(
            app,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            ident=None,
            # Werkzeug counts the hops itself; without a proxy nobody may claim another address.
            clear_untrusted_proxy_headers=settings.trusted_proxies == 0,
            max_request_body_size=(settings.import_limit_mb + 1) * 1024 * 1024,
        )
    except KeyboardInterrupt:
        pass
    finally:
        if worker:
            worker.stop()
    return 0


def work(settings: Settings) -> int:
    """Run jobs until the parent process ends."""
    from . import jobs

    _log_to_stdout()
    _use_one_thread()
    _give_way_to_pages()
    stores = open_stores(settings)
    queue = jobs.huey_for(settings)
    task = jobs.register(queue, stores)
    jobs.mark_interrupted(stores)
    _keep_time(stores, JobQueue(stores, inline=False, enqueue=task))
    _end_with_parent()
    # Somebody looks at the page of a job: an idle worker must not sleep for ten seconds.
    consumer = queue.create_consumer(
        workers=1, periodic=False, check_worker_health=False, max_delay=0.5
    )
    consumer.run()
    return 0


class _Worker:
    """The worker child; started again when it dies."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._ended = settings, False
        self._process = self._start()
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        """End the child and wait for it."""
        self._ended = True
        self._process.terminate()
        self._process.wait(timeout=10)

    def _start(self) -> subprocess.Popen[bytes]:
        settings = self._settings
        environment = {
            **os.environ,
            "SOP_INSTANCE": str(settings.instance),
            "SOP_SECRET_KEY": settings.secret_key,
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        command = [sys.executable, "-m", "sop_assess", "worker"]
        return subprocess.Popen(command, env=environment)  # noqa: S603 our own command

    def _watch(self) -> None:
        while not self._ended:
            self._process.wait()
            if not self._ended:
                log.warning("the worker ended; starting it again")
                time.sleep(1)
                self._process = self._start()


def _keep_time(stores: Stores, queue: JobQueue) -> None:
    """Let surveys close by date and be counted once a day, now and every few minutes."""
    from .surveys import clock

    def watch() -> None:
        while True:
            try:
                clock.tick(stores, queue.start, now())
            except Exception:  # a database that is away must not end the watch
                log.exception("surveys could not be looked at; trying again later")
            time.sleep(clock.EVERY_SECONDS)

    threading.Thread(target=watch, daemon=True).start()


def _use_one_thread() -> None:
    # Two spinning threads on two busy cores were many times slower than one.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def _give_way_to_pages() -> None:
    # Somebody waits for a page and nobody for a second more or less of a job.
    if hasattr(os, "nice"):
        os.nice(10)


def _end_with_parent() -> None:
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(2)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _print_setup_link(settings: Settings, stores: Stores) -> None:
    from .accounts.queries import has_administrator
    from .accounts.service import create_setup_link

    with stores.core.reading() as session:
        ready = has_administrator(session)
    if not ready:
        path = create_setup_link(stores, now=now())
        print(f"Set up this installation: {settings.base_url}{path}", flush=True)
    print(f"Serving on {settings.base_url}", flush=True)


def _log_to_stdout() -> None:
    logging.basicConfig(
        stream=sys.stdout,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("huey").setLevel(logging.WARNING)
