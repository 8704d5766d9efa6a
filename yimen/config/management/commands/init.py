"""Make everything that must exist once: keys, folders, tables. Safe to repeat after an upgrade."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from yimen.config import catalogs, readiness, ready, secrets


class Command(BaseCommand):
    help = "Make keys, folders, database tables and compiled translations (safe to repeat)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-migrate", action="store_true", help="leave the database alone")
        parser.add_argument(
            "--check", action="store_true", help="only say whether the database is ready"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
            return
        settings.VAR.mkdir(parents=True, exist_ok=True)
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        Path(settings.YIMEN_FILES).mkdir(mode=0o700, parents=True, exist_ok=True)
        if not secrets.load(settings.VAR).complete:
            path = secrets.create(settings.VAR)
            _take_up(secrets.load(settings.VAR))
            self.stdout.write(f"keys: made {path}; keep a copy in a safe")
        else:
            self.stdout.write("keys: there")
        changed = catalogs.compile_all()
        self.stdout.write(f"translations: {changed} compiled")
        if options["no_migrate"]:
            return
        waiting = readiness.unapplied()
        self.stdout.write(f"database: {len(waiting)} migrations to apply")
        self.stdout.flush()
        if waiting:
            call_command("migrate", interactive=False, verbosity=1 if len(waiting) < 5 else 0)
        call_command("createcachetable", verbosity=0)
        ready.stamp(settings.VAR)
        self.stdout.write("ready")

    def _check(self) -> None:
        """What serving needs: the tables of this version. Translations are compiled on the way."""
        if readiness.unapplied():
            raise CommandError("The database is not ready for this version. Run `yimen init`.")
        catalogs.compile_all()
        ready.stamp(settings.VAR)


def _take_up(keys: secrets.Keys) -> None:
    """The settings were read before there were keys, and a migration of this very run may seal."""
    settings.SECRET_KEY = keys.secret_key
    settings.YIMEN_KEYS = keys.people
    settings.YIMEN_BLIND_KEY = keys.blind
    settings.YIMEN_KEYS_NOW = secrets.Watched(settings.VAR)
