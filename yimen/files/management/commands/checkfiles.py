"""`yimen checkfiles`: prove that every kept file is there, opens, and is what was kept."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from yimen.files.models import File
from yimen.files.queries import damaged


class Command(BaseCommand):
    help = (
        "Open every kept file and compare its digest. Prints `ok files=N` (exit 0), or a line "
        "`bad file=ID reason=missing|unreadable|digest` for each that is not whole (exit 1)."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for file, reason in damaged():
            self.stdout.write(f"bad file={file} reason={reason}")
            wrong += 1
        if wrong:
            sys.exit(1)
        self.stdout.write(f"ok files={File.objects.filter(erased_at=None).count()}")
