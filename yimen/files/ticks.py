"""What time does to files: remove what nobody owns, scan what was not scanned."""

from __future__ import annotations

from datetime import datetime, timedelta

from yimen.files import actions
from yimen.files.models import File
from yimen.files.scanning import scanner

ORPHAN_AGE = timedelta(hours=24)
BATCH = 100


def sweep(now: datetime) -> int:
    """Remove contents without a row, a day old or more."""
    return actions.sweep(at=now, older_than=(now - ORPHAN_AGE).timestamp())


def scan(now: datetime) -> int:
    """Scan files that could not be scanned when they came; nothing without a scanner."""
    if scanner() is None:
        return 0
    waiting = File.objects.filter(
        scan_state__in=(File.Scan.NONE, File.Scan.FAILED), erased_at=None
    ).order_by("created_at")[:BATCH]
    return sum(actions.rescan(file, at=now) != File.Scan.FAILED for file in waiting)
