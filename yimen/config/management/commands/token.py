"""A bearer token for the API."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from yimen.lib.actor import system
from yimen.lib.time import now


class Command(BaseCommand):
    help = "Print a bearer token with exactly that account's powers, usable at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["username"]
        account = get_user_model()._default_manager.filter(username=name, is_active=True).first()
        if account is None:
            raise CommandError(f"There is no active account {name!r}. Check the spelling.")
        issue = import_string("yimen.people.actions.issue_token")
        self.stdout.write(str(issue(account, by=system(), at=now())))
