"""Services, units and helpers of the demonstration. Loading again adds nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.bodies.queries import actor_for
from yimen.bodies.queries import body as body_of
from yimen.directory import actions
from yimen.directory.actions import Gives
from yimen.directory.models import Helper
from yimen.lib.actor import system
from yimen.lib.time import now
from yimen.people.models import Account
from yimen.people.queries import by_document

DAYS = ("trained_on", "agreed_until")
POINT = ("lon", "lat")
BODIES = ("body", "mentor")


def demo(*_paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """Load `data/demo/directory.json`."""
    path = Path(settings.DATA) / "demo" / "directory.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    street, at = content["street"], now()
    by = system(street, "import")
    for row in content["services"]:
        actions.set_service(street, **row, by=by, at=at)
    for row in content["units"]:
        actions.set_unit(street, **_unit(street, row), by=by, at=at)
    for row in content["helpers"]:
        _helper(row)
    counts = {name: len(content[name]) for name in ("services", "units")}
    say(_("示例：%(services)d 项服务，%(units)d 个单位。") % counts)
    return sum(counts.values())


def _unit(street: str, row: dict[str, Any]) -> dict[str, Any]:
    made = {k: v for k, v in row.items() if k != "gives"}
    made |= {k: date.fromisoformat(row[k]) for k in DAYS if k in row}
    made |= {k: Decimal(row[k]) for k in POINT if k in row}
    made |= {k: body_of(street, row[k]) for k in BODIES if k in row}
    return made | {"gives": [Gives(**g) for g in row["gives"]]}


def _helper(row: dict[str, Any]) -> None:
    desk = actor_for(Account.objects.get(username=row["at_desk"]))
    who = by_document(row["division"][:9], "resident_id", row["id_number"])
    if who is None or Helper.objects.filter(party=who).exists():
        return
    made = actions.offer_help(
        row["division"], services=row["services"], times=row["times"], weekly=row["weekly"],
        consent=True, by=desk, at=now(), party=who.pk,
    )  # fmt: skip
    if row["vetted_by"]:
        vetter = actor_for(Account.objects.get(username=row["vetted_by"]))
        actions.vet(made, by=vetter, at=now())
