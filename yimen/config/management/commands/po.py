"""What still has no English."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yimen.config import catalogs
from yimen.config.words import pick


class Command(BaseCommand):
    help = "List Chinese sentences without English, ready to paste into the house's django.po."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("house", nargs="?", help="only this one")

    def handle(self, *args: Any, **options: Any) -> None:
        found = catalogs.missing()
        for house, texts in found.items():
            if options["house"] not in (None, house):
                continue
            self.stdout.write(f"# {house}: {len(texts)}  (yimen/{house}/locale/en/LC_MESSAGES/)")
            for context, text in texts:
                if context:
                    self.stdout.write(f'msgctxt "{_escaped(context)}"')
                self.stdout.write(f'msgid "{_escaped(text)}"\nmsgstr ""\n')
        total = sum(map(len, found.values()))
        self.stderr.write(pick(f"缺 {total} 句英文", f"{total} sentences without English"))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
