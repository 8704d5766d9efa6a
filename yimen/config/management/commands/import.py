"""Load content: each house brings its own loaders, named in settings."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from yimen.config.words import pick
from yimen.ledger.actions import beat
from yimen.ledger.models import Heartbeat
from yimen.lib.errors import Problem


class Command(BaseCommand):
    help = (
        "Load content (places, calendars, matters ...), the requests of another system "
        "(requests FILE.csv --mapping MAPPING.json: docs/move-a-city.md) or the whole demonstration "
        "community."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="?", help="what to load; without it, all are listed")
        parser.add_argument(
            "paths", nargs="*", type=Path, help="files or folders; default: shipped"
        )
        parser.add_argument(
            "--mapping", type=Path, help="requests: how the other system's table maps to ours"
        )
        parser.add_argument(
            "--once", action="store_true", help="demo: not when it is there already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        what, paths = options["what"], options["paths"]
        named = [*paths, *filter(None, [options["mapping"]])]
        missing = [str(path) for path in named if not path.exists()]
        if missing:
            what = ", ".join(missing)
            sentence = pick(
                f"没有 {what}。请核对路径。", f"There is no {what}. Check the spelling of the path."
            )
            raise CommandError(sentence, returncode=2)
        if what is None:
            self._list()
        elif what == "demo":
            self._demo(options["once"])
        elif what in settings.YIMEN_LOADERS:
            said = {"mapping": options["mapping"], "lang": pick("zh-hans", "en")}
            more = said if what == "requests" else {}
            self._load(settings.YIMEN_LOADERS[what][0], paths, **more)
        else:
            known = ", ".join(["demo", *settings.YIMEN_LOADERS])
            raise CommandError(f"Nothing called {what!r} can be loaded. There are: {known}")

    def _list(self) -> None:
        self.stdout.write("demo             示例社区 / the demonstration community")
        for name, (_dotted, text) in settings.YIMEN_LOADERS.items():
            self.stdout.write(f"{name:16} {text}")

    def _say(self, text: str) -> None:
        self.stdout.write(f"  {text}")
        self.stdout.flush()

    def _load(self, dotted: str, paths: list[Path], **more: Any) -> int:
        begun = time.monotonic()
        self.stdout.write(dotted.removeprefix("yimen."))
        self.stdout.flush()
        try:
            count = int(import_string(dotted)(*paths, say=self._say, **more))
        except (ValueError, OSError, Problem) as error:  # a file says something that cannot be
            sentence = f"{error}\n{pick('没有载入。', 'Nothing was loaded.')}"
            raise CommandError(sentence, returncode=2) from error
        self._say(f"{count} ({time.monotonic() - begun:.1f} s)")
        return count

    def _demo(self, once: bool) -> None:
        """A mark in the database says that it is all there; a half is completed by a repeat."""
        if once and Heartbeat.objects.filter(name="demo").exists():
            self.stdout.write("demo: loaded before")
        else:
            for dotted in settings.YIMEN_DEMO_LOADERS:
                self._load(dotted, [])
            beat("demo")
        (settings.VAR / "demo").touch()
