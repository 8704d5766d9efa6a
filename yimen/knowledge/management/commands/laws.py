"""Take in laws, regulations and gazettes from folders, and say what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yimen.knowledge import loaders


class Command(BaseCommand):
    help = "Take in the PDF, HTML and text files of FOLDER..., each with its documents.csv."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folders", nargs="+", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        report = loaders.take_in(*options["folders"], say=self.stdout.write)
        for line in report.wrong:
            self.stdout.write(line)
        self.stdout.write(f"{report.new} new, {report.same} already there")
        if report.wrong:
            raise CommandError(f"{len(report.wrong)} not taken in; mend them and run it again.")
