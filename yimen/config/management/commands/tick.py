"""Run what time does by hand: the same functions as the worker's."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from yimen.config.worker import run_tick


class Command(BaseCommand):
    help = "Run one tick (or --all) now; prints how many things each did."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="which; without one, all are listed")
        parser.add_argument("--all", action="store_true", help="every tick, in order")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        if name and name not in settings.YIMEN_TICKS:
            known = ", ".join(settings.YIMEN_TICKS)
            raise CommandError(f"There is no tick {name!r}. There are: {known}")
        if not name and not options["all"]:
            for known, (_dotted, cron) in settings.YIMEN_TICKS.items():
                self.stdout.write(f"{known:32} {cron}")
            return
        for each in [name] if name else list(settings.YIMEN_TICKS):
            self.stdout.write(f"{each} {run_tick(each)}")
