"""`yimen rebuild_facts --since DAY`: count the days anew from cases and record."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Min

from yimen.lib.time import now
from yimen.reports import counting
from yimen.reports.actions import count
from yimen.reports.models import CountedDay


def day(text: str) -> date:
    """A day as people type it here."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day; write it as 2026-01-31") from None


class Command(BaseCommand):
    help = (
        "Count daily figures anew, from DAY (default: the first day) to yesterday. Overdue days are "
        "reckoned by the terms as they stand now."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=day, metavar="DAY")

    def handle(self, *args: Any, **options: Any) -> None:
        moment = now()
        yesterday = moment.date() - timedelta(days=1)
        first = options["since"] or _first()
        if first is None or first > yesterday:
            self.stdout.write("days counted: 0")
            return
        length = (yesterday - first).days + 1
        days = [first + timedelta(days=n) for n in range(length)]
        self.stdout.write(f"days counted: {count(days, at=moment)}")


def _first() -> date | None:
    counted = CountedDay.objects.aggregate(first=Min("day"))["first"]
    known = [d for d in (counted, counting.first_day()) if d]
    return min(known, default=None)
