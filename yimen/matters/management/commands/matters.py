"""Work on the files of the catalogue: check them, convert a table, ready the vectors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from yimen.matters import content, indexing, loaders, meaning


class Command(BaseCommand):
    help = "Files of the catalogue: check PATH..., convert CSV FOLDER, vectors."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["check", "convert", "vectors"])
        parser.add_argument("paths", nargs="*", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(options["paths"])

    def _check(self, paths: list[Path]) -> None:
        """Say everything that is wrong in some files, and nothing else."""
        bad = total = 0
        for path, data in loaders.contents(paths or [Path(settings.DATA) / "matters"]):
            total += 1
            for error in content.problems(data):
                bad += 1
                self.stdout.write(f"{path.name}: {error.field}: {error.message} {error.remedy}")
        if bad:
            raise CommandError(f"{bad} mistakes in {total} files.")
        self.stdout.write(f"{total} ok")

    def _convert(self, paths: list[Path]) -> None:
        """Turn a department's table into JSON files."""
        if len(paths) != 2:
            raise CommandError("Say which table and which folder: matters convert TABLE.csv FOLDER")
        self.stdout.write(str(loaders.write_table(*paths, say=self.stdout.write)))

    def _vectors(self, paths: list[Path]) -> None:
        """Work out the meaning of the shipped catalogue, so that loading it need not."""
        if not meaning.available():
            raise CommandError("The meaning model is missing: pip install 'yimen[semantic]'")
        found = loaders.contents([Path(settings.DATA) / "matters"])
        texts = [t for _path, data in found for t in indexing.sentences(content.parse(data))]
        self.stdout.write(str(meaning.ship(texts, Path(settings.DATA) / meaning.FILE)))
