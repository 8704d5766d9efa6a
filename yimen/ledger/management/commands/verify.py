"""`yimen verify`: prove that the record is whole."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

from yimen.ledger.verify import verify


class Command(BaseCommand):
    help = (
        "Check every entry, chain, root and column of the record. Prints `ok entries=N streams=N "
        "roots=N` (exit 0), the lowest fault found (exit 1), or why it could not run (exit 2)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--street", default="", help="only this street (9-digit code)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            checked = verify(options["street"], self._progress)
        except DatabaseError as error:
            self.stderr.write(f"could not run: {type(error).__name__}: {error}")
            sys.exit(2)
        if sys.stderr.isatty():
            self.stderr.write("")
        if checked.fault:
            self.stdout.write(str(checked.fault))
            sys.exit(1)
        self.stdout.write(
            f"ok entries={checked.entries} streams={checked.streams} roots={checked.roots}"
        )

    def _progress(self, entries: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{entries} entries checked", ending="")
