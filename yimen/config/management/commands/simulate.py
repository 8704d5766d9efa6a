"""A day in a hall, a night of the help line, through the site's real doors."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from yimen.config.simulation import calls, plan, staging
from yimen.config.simulation.day import Day
from yimen.config.simulation.day import Order as HallOrder
from yimen.config.simulation.day import Report as HallReport
from yimen.config.simulation.doors import Door, Lost, Refusal
from yimen.config.simulation.night import Night, Order, Report
from yimen.ledger.verify import verify
from yimen.lib.actor import system
from yimen.lib.time import now, today
from yimen.people.actions import issue_token, revoke_token
from yimen.people.models import Account, Token
from yimen.people.rules import token_digest

MATTERS = 100  # of the catalogue, one page
HOURS = {"night": "20-8", "line": "0-24"}


class Command(BaseCommand):
    help = (
        "day: a whole day in a hall, tickets, windows, cases. night, line: the help line from 20 to 8 "
        "or for 24 hours, by the hours of the sample of real requests. All by HTTP, at any hour: the "
        "site keeps its own clock, --speed only shortens the pauses. Exit 1 when something does not "
        "add up or operators' pages are too slow."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["day", *HOURS])
        parser.add_argument("--site", default="", help="address (default YIMEN_SITE_URL)")
        parser.add_argument("--centre", default="31019900101", help="code of the hall's centre")
        parser.add_argument("--speed", type=float, default=20.0, help="1 (real) to 100")
        parser.add_argument("--day", type=date.fromisoformat, help="like which day (default today)")
        parser.add_argument("--tickets", type=int, help="how many (default by windows and day)")
        parser.add_argument("--windows", type=int, default=100, help="at most so many windows")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--director", default="director", help="account that runs the hall")
        parser.add_argument("--clerk", default="clerk", help="account that takes cases in")
        line = parser.add_argument_group("night and line")
        line.add_argument("--hours", help="20-8, 10:00-10:20 (default 20-8 or 0-24)")
        line.add_argument("--times", type=float, default=10.0, help="of one street's calls")
        line.add_argument(
            "--number", default="", help="the line that is called (default the first)"
        )
        line.add_argument("--p95", type=float, default=300.0, help="of pages, in ms; 0: not judged")
        line.add_argument("--hall", action="store_true", help="a hall at work beside it")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["speed"] <= 100:
            raise CommandError("--speed is between 1 and 100.")
        good = self._hall(options) if options["what"] == "day" else self._line(options)
        if not good:
            raise SystemExit(1)

    # -- the line ---------------------------------------------------------------------------------

    def _line(self, options: dict[str, Any]) -> bool:
        beside: list[HallReport] = []
        with staging.sign_ins() as sign_in:
            night = self._night(options, sign_in)
            if options["hall"]:
                with self._tokens(options["director"], options["clerk"]) as tokens:
                    hall = threading.Thread(target=lambda: beside.append(day.live()))
                    day = self._day(options, *tokens)
                    hall.start()
                    report = night.live()
                    hall.join()
            else:
                report = night.live()
        self._books(report, night.order.run)
        self.stdout.write(report.text())
        for one in beside:
            self.stdout.write(f"beside it, in the hall:\n{one.text()}")
        if options["hall"] and not beside:
            self.stdout.write("beside it, in the hall: it ended without a report")
            return False
        return report.good and all(one.good for one in beside)

    def _books(self, report: Report, run: str) -> None:
        report.books = staging.compare(asdict(report.told), run)
        found = verify()
        if found.fault:
            report.books.append(f"yimen verify: {found.fault}")

    def _night(self, options: dict[str, Any], sign_in: staging.SignIns) -> Night:
        if not settings.YIMEN_DEMO:
            raise CommandError(
                "Only in a demonstration: invented calls are no calls of a real line."
            )
        lines = settings.YIMEN_HELP_LINES
        dialled = options["number"] or next(iter(lines), "")
        if dialled not in lines or not settings.YIMEN_LINE_EVENT_SECRET:
            raise CommandError("No line rings here: set help_lines and line_event_secret.")
        try:
            span = calls.Span.read(options["hours"] or HOURS[options["what"]])
        except ValueError:
            raise CommandError("--hours is like 20-8 or 10:00-10:20.") from None
        street, measures = lines[dialled]["street"], settings.YIMEN_LINE_MEASURES
        folder = Path(settings.DATA) / "hotline"
        known, sample, seed = calls.facts(folder), calls.profile(folder), options["seed"]
        expected = sample.expected(known["peak"] * options["times"])
        seats = calls.seats(
            known, expected, share=measures["share"], within_s=measures["within_s"], seed=seed
        )
        wanted = max(seats[hour] for hour, _begins, _ends in span.slices())
        names = staging.operators(street, wanted)
        luck = random.Random(seed)
        people = calls.callers(known, sample, span, options["times"], luck)
        writers = calls.writers(known, sample, span, options["times"], luck)
        self._say(
            f"{len(people)} calls and {len(writers)} others in {span.lasts_h:g} hours, at most "
            f"{max(expected):.0f} calls an hour, {wanted} seats at most ({len(names)} operators), "
            f"{options['speed']:g} times as fast: about {60 * span.lasts_h / options['speed']:.0f} minutes"
        )
        order = Order(
            site=self._site(options), run=f"sim{now():%y%m%d%H%M%S}", cookie=settings.SESSION_COOKIE_NAME,
            secret=settings.YIMEN_LINE_EVENT_SECRET, dialled=dialled, span=span, seats=seats,
            sms_secret=settings.YIMEN_SMS_GATEWAY.get("secret", ""), operators=names, seed=seed,
            sign_in=sign_in, speed=options["speed"], after_s=known["after_s"],
            within_s=measures["within_s"], most_ms=options["p95"],
        )  # fmt: skip
        return Night(order, people, writers, self._say)

    def _site(self, options: dict[str, Any]) -> str:
        return str(options["site"] or settings.SITE_URL).rstrip("/")

    # -- the hall ---------------------------------------------------------------------------------

    def _hall(self, options: dict[str, Any]) -> bool:
        with self._tokens(options["director"], options["clerk"]) as tokens:
            report = self._day(options, *tokens).live()
        self.stdout.write(report.text())
        return report.good

    @contextmanager
    def _tokens(self, *names: str) -> Iterator[list[str]]:
        """Tokens for this run only: they end with it."""
        made = [issue_token(self._account(name), by=system(), at=now()) for name in names]
        mine = list(Token.objects.filter(digest__in=[token_digest(token) for token in made]))
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
        try:
            return self._opened(options, director, clerk)
        except (Lost, Refusal) as problem:
            raise CommandError(f"The site does not play along: {problem}") from None

    def _opened(self, options: dict[str, Any], director: str, clerk: str) -> Day:
        site, centre = self._site(options), options["centre"]
        door = Door(site, director)
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
        order = HallOrder(
            site=site, centre=centre, director=director, clerk=clerk, speed=options["speed"],
            windows=tuple(free), machines=known["machines"], walk_s=known["walk_s"],
        )  # fmt: skip
        return Day(order, visitors, self._say, options["seed"])

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
