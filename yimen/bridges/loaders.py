"""The demonstration's systems: one department without an interface, so that copying out can be
seen. (One with an interface needs somebody who listens; docs/bridges.md has that in ten lines.)"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from yimen.bodies.queries import actor_for, body
from yimen.bridges.actions import connect
from yimen.bridges.models import System
from yimen.lib.time import now
from yimen.people.models import Account

STREET = "310199001"


def demo(*_paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """Connect the employment office's closed system, once. Returns how many were connected."""
    if System.objects.filter(street=STREET, code="jobs").exists():
        return 0
    connect(
        street=STREET, code="jobs", name="就业管理系统（示例）", body=body(STREET, "bo-employment"),
        sort="closed", answer_days=3, by=actor_for(Account.objects.get(username="admin")), at=now(),
    )  # fmt: skip
    return 1
