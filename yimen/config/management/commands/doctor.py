"""How is everything?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from yimen.config.checkup import BAD, findings
from yimen.config.words import pick


class Command(BaseCommand):
    help = "Look at every part; say what is wrong and what to do. Exit 1 when something is wrong."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for found in findings():
            self.stdout.write(f"{found.mark}  {found.part:10} {found.text}")
            if found.remedy:
                self.stdout.write(f"    {'':10} -> {found.remedy}")
            wrong += found.mark == BAD
        if wrong:
            self.stdout.write(pick(f"有 {wrong} 处需要处理。", f"{wrong} to put right."))
            raise SystemExit(1)
        self.stdout.write(pick("一切正常。", "All is well."))
