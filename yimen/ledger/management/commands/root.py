"""`yimen root`: fold the heads that moved into roots now (the worker does it every night)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from yimen.ledger.models import Root
from yimen.ledger.roots import fold_roots


class Command(BaseCommand):
    help = "Fold what was recorded since the last root into new ones and print the newest."

    def handle(self, *args: Any, **options: Any) -> None:
        made = fold_roots()
        newest = Root.objects.filter(street="0").order_by("-number").first()
        shown = f"{newest.number} {bytes(newest.hash).hex()}" if newest else "none yet"
        self.stdout.write(f"roots made: {made}; newest of the city: {shown}")
