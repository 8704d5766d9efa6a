"""The benchmark, and visits of the demonstration. Loading again adds nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.bodies.queries import actor_for
from yimen.lib.actor import system
from yimen.lib.time import now
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.supervision import actions, queries, rules
from yimen.supervision.models import Visit


def load(*paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """Benchmarks from JSON files; how many versions are new."""
    count = 0
    for path in paths or (Path(settings.DATA) / "benchmark.json",):
        raw = path.read_bytes()
        digest = hashlib.sha256(raw).hexdigest()
        count += actions.put_benchmark(json.loads(raw), digest=digest, by=system(), at=now())
    say(_("质量绩效标杆：新增 %(count)d 个版本。") % {"count": count})
    return count


def demo(*_paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """`data/benchmark.json` and the visits of `data/demo/supervision.json`: last month's are done
    and shown, this month's are planned."""
    load(say=say)
    content = json.loads(
        (Path(settings.DATA) / "demo" / "supervision.json").read_text(encoding="utf-8")
    )
    done = sum(_visit(content, row, now()) for row in content["visits"])
    say(_("示例：%(count)d 次行风检查。") % {"count": done})
    return done


def _visit(content: Mapping[str, Any], row: Mapping[str, Any], at: datetime) -> int:
    """One visit, made through the verbs at the moments at which they would have been used."""
    month = rules.month_of(at.date())
    if row["month"] == "last":
        month = rules.month_of(month - timedelta(days=1))
    centre = ServicePoint.objects.get(pk=row["centre"])
    if Visit.objects.filter(centre=centre, month=month, announced=row["announced"]).exists():
        return 0
    supervisor = Account.objects.get(username=content["supervisor"])
    begun = min(at, datetime.combine(month, at.timetz()))
    by, day = actor_for(supervisor, month), month + timedelta(days=row["day"] - 1)
    visit = actions.plan(
        centre, month=month, announced=row["announced"], supervisor=supervisor,
        planned_on=day if row["announced"] else None, by=by, at=begun,
    )  # fmt: skip
    if "found" in row:
        moment = datetime.combine(day, at.timetz())
        _fill(visit, row, by=by, at=moment)
    return 1


def _fill(visit: Visit, row: Mapping[str, Any], *, by: Any, at: datetime) -> None:
    found = {
        item.code: actions.Found(*row["found"].get(item.code, ["met"]))
        for item in queries.items_of(visit.benchmark_id)
    }
    actions.save_sheet(visit, found, note=row["note"], by=by, at=at)
    actions.finish(visit, visited_on=at.date(), by=by, at=at)
    actions.show(visit, by=system(visit.street, "import"), at=rules.month_ends(visit.month))
