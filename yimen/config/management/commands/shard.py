"""`yimen shard --plan`: the statements that take this database to Citus, by street."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yimen.config import sharding


class Command(BaseCommand):
    help = "Print the statements that distribute the tables by street on Citus. Changes nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plan", action="store_true", help="print the statements")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["plan"]:
            raise CommandError(
                "This command changes nothing. `yimen shard --plan` prints what an operator of a "
                "Citus cluster runs; docs/scale.md says when."
            )
        for line in sharding.plan():
            self.stdout.write(line)
