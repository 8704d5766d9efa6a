"""The background worker: errands, ticks at their times, and a sign of life every few seconds."""

from __future__ import annotations

import logging
import os
import signal
import threading
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.utils.module_loading import import_string
from procrastinate import App
from procrastinate.contrib.django import app as django_app
from procrastinate.exceptions import ConnectorException

from yimen.config.serve import end_with_parent
from yimen.ledger import actions as ledger
from yimen.lib.time import Watch, now

log = logging.getLogger("yimen.worker")
BEAT_EVERY_S = 3.0
STALLED_AFTER_S = 30.0
SET_BACK = timedelta(minutes=1)


def run_tick(name: str) -> int:
    """Do what time does under this name, now. Returns how many things it did."""
    function = import_string(settings.YIMEN_TICKS[name][0])
    count = int(function(now()))
    ledger.beat(f"tick:{name}")
    return count


def register(app: App) -> None:
    """Tell procrastinate which ticks there are and when (called once when Django is ready)."""

    @app.task(name="yimen.tick", queue="ticks")
    def tick(timestamp: int, name: str) -> None:
        count = run_tick(name)
        if count:
            log.info("tick %s: %s", name, count)

    @app.task(name="yimen.stalled", queue="ticks", queueing_lock="yimen.stalled")
    async def stalled(timestamp: int) -> None:
        """Take up what a killed worker left behind: procrastinate does not do that by itself."""
        found = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S)
        for job in found:
            await app.job_manager.retry_job(job)
            log.info("job %s of a dead worker: tried again", job.id)

    app.periodic(cron="* * * * * */20", periodic_id="stalled")(stalled)
    for name, (_dotted, cron) in settings.YIMEN_TICKS.items():
        app.periodic(
            cron=cron, periodic_id=name, task_kwargs={"name": name}, queueing_lock=f"tick:{name}"
        )(tick)


def beat_until(stop: threading.Event) -> None:
    """Signs of life; a database that is away for a while is no reason to end. A clock that was
    set back is: the calendar of ticks is kept in memory and would wait until the clock is again
    where it was; a new worker begins with the clock as it is."""
    watch = Watch()
    while not stop.is_set():
        if watch.behind() > SET_BACK:
            log.error("the clock was set back by %s: the worker begins anew", watch.behind())
            os.kill(os.getpid(), signal.SIGTERM)
            return
        try:
            close_old_connections()
            ledger.beat("worker")
        except DatabaseError:
            log.warning("no sign of life: the database does not answer")
        stop.wait(BEAT_EVERY_S)
    close_old_connections()


def run(concurrency: int = 2, parent: int | None = None) -> None:
    """Work until told to stop; a running job is finished first."""
    stop = threading.Event()
    threads = [threading.Thread(target=beat_until, args=(stop,), daemon=True)]
    if parent:
        threads.append(threading.Thread(target=end_with_parent, args=(stop, parent), daemon=True))
    for thread in threads:
        thread.start()
    connector: Any = django_app.connector
    try:
        with django_app.replace_connector(connector.get_worker_connector()) as app:
            app.run_worker(
                name=f"yimen-{os.getpid()}",
                concurrency=concurrency,
                delete_jobs="successful",
                fetch_job_polling_interval=5.0,
                shutdown_graceful_timeout=20.0,
            )
    except ConnectorException:
        # Whoever keeps us (serve, systemd) starts us again; what we were doing is taken up then.
        log.error("the worker ends: the database does not answer")
        raise SystemExit(1) from None
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=3)
