"""Everything into one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yimen.config import archive
from yimen.config.cli import own_version
from yimen.config.words import pick


class Command(BaseCommand):
    help = "Write database and files (and, with --keys, the keys) into a new folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keys", action="store_true", help="the keys too: then guard it well")
        parser.add_argument("--force", action="store_true", help="replace what the folder holds")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = archive.make(
                options["folder"],
                with_keys=options["keys"],
                force=options["force"],
                version=own_version(),
                say=self.stdout.write,
            )
        except archive.Refused as error:
            raise CommandError(str(error)) from None
        count = len(manifest.digests)
        self.stdout.write(
            pick(f"完成：{options['folder']}，{count} 个文件。",
                 f"done: {options['folder']}, {count} files.")
        )  # fmt: skip
        if not options["keys"]:
            self.stdout.write(
                pick("不含密钥：请另行保管 secret.toml，没有它号码无法读出。",
                     "The keys are not in it: keep secret.toml elsewhere, or numbers are lost.")
            )  # fmt: skip
