"""The demonstration's systems: one department without an interface, so that copying out can be
seen, and a city platform whose orders are typed in. (One with an interface needs somebody who
listens; docs/bridges.md has that in ten lines.)"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from yimen.bodies.queries import actor_for, body
from yimen.bridges import actions
from yimen.bridges.models import Platform, System
from yimen.bridges.orders.mapping import mapping
from yimen.hotline import actions as line
from yimen.hotline.needs import tree
from yimen.lib import time
from yimen.matters.queries import some
from yimen.people.models import Account

STREET = "310199001"


def demo(*_paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """Connect the employment office's closed system, and a city platform with its orders, once.
    Returns how many systems were connected."""
    admin = actor_for(Account.objects.get(username="admin"))
    done = 0
    if not System.objects.filter(street=STREET, code="jobs").exists():
        actions.connect(
            street=STREET, code="jobs", name="就业管理系统（示例）",
            body=body(STREET, "bo-employment"), sort="closed", answer_days=3, by=admin,
            at=time.now(),
        )  # fmt: skip
        done += 1
    return done + _orders(admin)


def _orders(admin: Any) -> int:
    """Load `data/demo/orders.json`."""
    path = Path(settings.DATA) / "demo" / "orders.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    street, named = content["street"], content["system"]
    if System.objects.filter(street=street, code=named["code"]).exists():
        return 0
    system, _secret = actions.connect(
        street=street, code=named["code"], name=named["name"], body=body(street, named["body"]),
        sort="closed", by=admin, at=time.now(),
    )  # fmt: skip
    platform = actions.connect_platform(
        system, mapping_name=content["mapping"], account=None, hours=content["return_hours"],
        by=admin, at=time.now(),
    )  # fmt: skip
    clerk = actor_for(Account.objects.get(username=content["operator"]))
    for row in content["orders"]:
        _order(platform, row, clerk)
    actions.answer_orders(time.now())
    return 1


def _order(platform: Platform, row: dict[str, Any], clerk: Any) -> None:
    due = time.now() + timedelta(hours=row["due_in"])
    with time.at(time.now() - timedelta(hours=row["hours_ago"])):
        at, need = time.now(), mapping(platform.mapping).need(row["category"])[0]
        if not some([tree()[need].matter], time.today()):
            return  # before the catalogue's first day nothing could be taken
        words = {name: row[name] for name in ("category", "where", "place", "name", "phone")}
        said = actions.Said(row["number"], "", row["text"], at, due_at=due, **words)
        order, _new = actions.take_order(platform, said, by=clerk, at=at)
    if answer := row.get("answer"):
        with time.at(time.now() - timedelta(hours=1)):
            by = actor_for(Account.objects.get(username=answer["by"]))
            line.reply(order.case.number, done=True, text=answer["text"], by=by, at=time.now())
