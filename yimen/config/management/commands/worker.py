"""Only the background worker (a server with several machines runs it apart from the pages)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yimen.config import worker


class Command(BaseCommand):
    help = "Run errands (messages, documents, webhooks) and ticks until stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="jobs at once (default 2)")
        parser.add_argument("--parent", type=int, help="end when this process is gone")

    def handle(self, *args: Any, **options: Any) -> None:
        worker.run(options["concurrency"], options["parent"])
