"""The enquiry line on the built-in test telephone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from yimen.phone.serving import run


class Command(BaseCommand):
    help = "Answer softphones by SIP, for trying the enquiry line out, until stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--listen", default="127.0.0.1:5060", help="address (default %(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from yimen.phone.adapters.sip import Server
        except ImportError as error:
            raise CommandError(_("测试电话需要另装：pip install 'yimen[phone]'")) from error
        run(Server, options["listen"], lambda text: print(text, flush=True))
