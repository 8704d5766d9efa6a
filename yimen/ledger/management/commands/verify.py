"""`yimen verify`: prove that the record is whole."""

from __future__ import annotations

import gc
import os
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from yimen.ledger.marks import Marks
from yimen.ledger.verify import Checked, verify, verify_new

SPEAKS_EVERY_S = 10.0  # where nobody watches; a terminal is told after each slice


class Command(BaseCommand):
    help = (
        "Check every entry, chain, root and column of the record. Prints `ok entries=N streams=N "
        "roots=N` (exit 0), the lowest fault found (exit 1), or why it could not run (exit 2)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--street", default="", help="only this street (9-digit code)")
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--resume", action="store_true", help="go on where the last run was interrupted"
        )
        how.add_argument(
            "--new",
            action="store_true",
            help="only what is new since the last root that a complete run vouched for",
        )
        parser.add_argument(
            "--processes", type=int, default=os.cpu_count() or 1,
            help="how many check at a time (default: one for each core); not with --new",
        )  # fmt: skip
        parser.add_argument(
            "--mark", type=Path, help="where it is kept how far a run came (in the data folder)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        street = options["street"]
        name = f"verify-{street}.json" if street else "verify.json"
        marks = Marks(options["mark"] or settings.VAR / name)
        self._begin()
        gc.freeze()  # the program itself need not be looked through for rubbish again and again
        try:
            checked = self._check(street, marks, options)
        except KeyboardInterrupt:
            self._say("interrupted; `yimen verify --resume` goes on from here")
            raise
        except DatabaseError as error:
            raise CommandError(
                f"could not run: {type(error).__name__}: {error}", returncode=2
            ) from error
        except (OSError, BrokenProcessPool) as error:
            raise CommandError(f"could not run: {error}", returncode=2) from error
        self._end(checked)

    def _check(self, street: str, marks: Marks, options: dict[str, Any]) -> Checked:
        vouched = marks.vouched() if options["new"] else None
        if vouched is not None:
            return verify_new(street, *vouched, self._progress)
        if options["new"]:
            self._say("no complete run has vouched for a root yet: this will be the first")
        begun = marks.running() if options["resume"] else None
        if options["resume"] and begun is None:
            self._say("nothing to go on from: beginning at the beginning")
        self._had = begun.entries if begun else 0

        def reached(checked: Checked) -> None:
            marks.reached(checked)
            self._progress(checked)

        checked = verify(street, reached, begun, processes=options["processes"])
        marks.ended(checked)
        return checked

    def _end(self, checked: Checked) -> None:
        if self.stderr.isatty():
            self.stderr.write("")
        if checked.fault:
            self.stdout.write(str(checked.fault))
            sys.exit(1)
        self.stdout.write(
            f"ok entries={checked.entries} streams={checked.streams} roots={checked.roots}"
        )

    # how far it is, on standard error -----------------------------------------------------------

    def _begin(self) -> None:
        self._started, self._spoke, self._had = time.monotonic(), time.monotonic(), 0

    def _progress(self, checked: Checked) -> None:
        moment = time.monotonic()
        if not self.stderr.isatty() and moment - self._spoke < SPEAKS_EVERY_S:
            return
        self._spoke = moment
        rate = (checked.entries - self._had) / max(moment - self._started, 0.001)
        self._say(f"{checked.entries} of about {_about()} entries checked, {rate:.0f} a second")

    def _say(self, text: str) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{text}", ending="")
        else:
            self.stderr.write(text)


def _about() -> int:
    """How many entries the database believes it has; counting them would take as long again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'ledger_entry'::regclass")
        return max(int(cursor.fetchone()[0]), 0)
