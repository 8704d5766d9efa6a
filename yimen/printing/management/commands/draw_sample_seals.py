"""Draw the sample seals of the invented street."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yimen.printing.seals import sample_seal


class Command(BaseCommand):
    help = (
        "Draw one SVG per line of FOLDER/names.json ({code: name of the body}). Every seal says "
        "样章 (sample): put the scans of your real seals in their place under the same names."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", default="data/seals")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"])
        names = folder / "names.json"
        if not names.is_file():
            raise CommandError(f"{names} is missing: it lists the bodies, code by code")
        bodies: dict[str, str] = json.loads(names.read_text("utf-8"))
        for code, name in bodies.items():
            (folder / f"{code}.svg").write_text(sample_seal(name), "utf-8")
        self.stdout.write(f"{len(bodies)} seals drawn in {folder}")
