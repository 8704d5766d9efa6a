"""Compile translations in pure Python."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from yimen.config import catalogs


class Command(BaseCommand):
    help = "Compile the .po files of all houses to .mo (only what changed)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        count = catalogs.compile_all()
        if options["verbosity"]:
            self.stdout.write(f"{count} compiled")
