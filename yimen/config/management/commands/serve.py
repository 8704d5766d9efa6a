"""Serve the site and its background worker until Ctrl-C."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from yimen.config import readiness, serve
from yimen.config.database import close_all, embedded


class Command(BaseCommand):
    help = "Serve the site and its background worker in one process group, until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("YIMEN_HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--workers", type=int, default=1, help="web processes (default 1)")
        parser.add_argument("--threads", type=int, default=4, help="threads in each (default 4)")
        parser.add_argument("--no-worker", action="store_true", help="only the pages")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        os.environ["PORT"] = str(port)
        if not serve.port_is_free(host, port):
            raise CommandError(
                f"Port {port} is taken by another program. Stop it, or choose another: PORT=8001"
            )
        if readiness.unapplied():
            raise CommandError("The database is not ready for this version. Run `yimen init`.")
        call_command("compilepo", verbosity=0)
        children = [serve.web(host, port, options["workers"], options["threads"])]
        if not options["no_worker"]:
            children.append(serve.worker())
        close_all()
        shown = "localhost" if host in ("127.0.0.1", "::1", "0.0.0.0") else host  # noqa: S104
        url = f"http://{shown}:{port}"
        probe = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/healthz"  # noqa: S104
        self._say("starting ...")
        database = serve.Database(settings.VAR) if embedded() else None
        group = serve.Group(children, self._say, database)
        group.run(lambda: serve.answers(probe), lambda: self._welcome(url))
        self._say("ended; all data is in " + str(settings.VAR))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _welcome(self, url: str) -> None:
        lines = [
            "",
            f"  Yimen 一门   {url}",
            f"  desk 工作台   {url}/desk/",
            f"  API           {url}/api/v1/docs",
        ]
        if settings.YIMEN_DEMO:
            lines += ["", *readiness.demo_accounts()]
        lines += ["", "  按 Ctrl-C 结束 / Ctrl-C ends it", ""]
        self._say("\n".join(lines))
