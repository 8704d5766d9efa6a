"""A backup back in its place, and proof that it is whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yimen.config import archive
from yimen.config.words import pick


class Command(BaseCommand):
    help = "Bring a backup back: refuses to replace data without --force; verifies afterwards."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keys", action="store_true", help="take the keys from the backup")
        parser.add_argument("--force", action="store_true", help="replace the data that is here")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            archive.restore(
                options["folder"],
                use_keys=options["keys"],
                force=options["force"],
                say=self.stdout.write,
            )
        except archive.Refused as error:
            raise CommandError(str(error)) from None
        # New processes: this one was started with the old keys and the old tables.
        for words in (["init"], ["verify"], ["checkfiles"]):
            self.stdout.write(f"yimen {' '.join(words)}")
            self.stdout.flush()
            done = subprocess.run([sys.executable, "-m", "yimen", *words], env=os.environ)
            if done.returncode:
                raise CommandError(
                    pick(
                        "数据已恢复，但核验没有通过，见上。",
                        "Restored, but not verified: see above.",
                    )
                )
        self.stdout.write(pick("已恢复并核验。", "restored and verified."))
