"""How long what is kept, and what is due to go."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from yimen.config.words import pick
from yimen.lib.time import now
from yimen.people.retention import due


class Command(BaseCommand):
    help = "Print every retention term, what the next run lets go, and what the next month will."

    def handle(self, *args: Any, **options: Any) -> None:
        for row in due(now()):
            term = row.term
            source = pick("自定", "own term") if term.changed else term.basis
            ours = pick("（默认值）", " (our default)") if term.ours and not term.changed else ""
            self.stdout.write(
                pick(f"{term.code} {term.years} 年；到期 {row.now}，30 天内 {row.soon}；{source}{ours}",
                     f"{term.code} {term.years} y; due {row.now}, in 30 days {row.soon}; {source}{ours}")
            )  # fmt: skip
