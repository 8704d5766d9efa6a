"""A day in a hall through the site's real doors."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from yimen.config.simulation import plan
from yimen.config.simulation.day import Day, Order
from yimen.config.simulation.doors import Door, Lost, Refusal
from yimen.lib.actor import system
from yimen.lib.time import now, today
from yimen.people.actions import issue_token, revoke_token
from yimen.people.models import Account, Token

MATTERS = 100  # of the catalogue, one page


class Command(BaseCommand):
    help = (
        "Live a whole day in a hall: tickets, windows, cases, by HTTP. It works at any hour: tickets "
        "are given at the reception desk, which may after hours too. The site keeps its own clock; "
        "--speed only shortens the pauses. Exit 1 when tickets or cases do not add up."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["day"])
        parser.add_argument("--site", default="", help="address (default YIMEN_SITE_URL)")
        parser.add_argument("--centre", default="31019900101", help="code of the hall's centre")
        parser.add_argument("--speed", type=float, default=20.0, help="1 (real) to 100")
        parser.add_argument("--day", type=date.fromisoformat, help="like which day (default today)")
        parser.add_argument("--tickets", type=int, help="how many (default by windows and day)")
        parser.add_argument("--windows", type=int, default=100, help="at most so many windows")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--director", default="director", help="account that runs the hall")
        parser.add_argument("--clerk", default="clerk", help="account that takes cases in")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["speed"] <= 100:
            raise CommandError("--speed is between 1 and 100.")
        with self._tokens(options["director"], options["clerk"]) as tokens:
            try:
                day = self._day(options, *tokens)
            except (Lost, Refusal) as problem:
                raise CommandError(f"The site does not play along: {problem}") from None
            report = day.live()
        self.stdout.write(report.text())
        if not report.good:
            raise SystemExit(1)

    @contextmanager
    def _tokens(self, *names: str) -> Iterator[list[str]]:
        """Tokens for this run only: they end with it."""
        made = [issue_token(self._account(name), by=system(), at=now()) for name in names]
        mine = list(Token.objects.order_by("-created_at")[: len(made)])
        try:
            yield made
        finally:
            for token in mine:
                revoke_token(token, by=system(token.account.street), at=now())

    def _account(self, name: str) -> Account:
        found = get_user_model()._default_manager.filter(username=name, is_active=True).first()
        if not isinstance(found, Account):
            raise CommandError(f"There is no active account {name!r}. Check the spelling.")
        return found

    def _day(self, options: dict[str, Any], director: str, clerk: str) -> Day:
        site = (options["site"] or settings.SITE_URL).rstrip("/")
        centre, door = options["centre"], Door(site, director)
        hall = door.get(f"centres/{centre}/queue")
        free = [w["code"] for w in hall["windows"] if w["state"] == "closed"][: options["windows"]]
        if not free:
            raise CommandError("Every window of this hall is open already; close some first.")
        matters = [m["code"] for m in door.get(f"matters?limit={MATTERS}")["items"]]
        known = plan.facts(Path(settings.DATA) / "hall" / "day.json")
        sort = plan.sort_of(options["day"] or today())
        count = options["tickets"] or plan.expected(known, sort, len(free))
        luck = random.Random(options["seed"])
        visitors = plan.visitors(known, sort, count, matters, luck)
        hours = plan.length_s(known, sort) / 3600
        self.stdout.write(
            f"{count} visitors in {hours:g} hours like a {sort.replace('_', ' ')} day, {len(free)} windows, "
            f"{known['machines']} machines, {options['speed']:g} times as fast: about "
            f"{60 * hours / options['speed']:.0f} minutes"
        )
        order = Order(
            site=site, centre=centre, director=director, clerk=clerk, speed=options["speed"],
            windows=tuple(free), machines=known["machines"], walk_s=known["walk_s"],
        )  # fmt: skip
        return Day(order, visitors, self._say, options["seed"])

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
