"""The enquiry line for a telephone exchange."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yimen.phone.adapters.fastagi import Server
from yimen.phone.serving import run


class Command(BaseCommand):
    help = "Answer the calls that an exchange (Asterisk) hands over by FastAGI, until stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--listen", default="127.0.0.1:4573", help="address (default %(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        run(Server, options["listen"], lambda text: print(text, flush=True))
