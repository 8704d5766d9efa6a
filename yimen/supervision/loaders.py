"""The benchmark, and visits of the demonstration. Loading again adds nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.bodies import actions as bodies
from yimen.bodies.models import Seat
from yimen.bodies.queries import actor_for
from yimen.bodies.queries import body as body_of
from yimen.lib.actor import ANONYMOUS, system
from yimen.lib.time import now
from yimen.people import actions as people
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.supervision import actions, queries, rules
from yimen.supervision.models import Complaint, Visit


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
    filed = _complaints(content, now())
    told = {"count": done, "filed": filed}
    say(_("示例：%(count)d 次行风检查，%(filed)d 件投诉。") % told)
    return done + filed


def _handler(content: Mapping[str, Any], at: datetime) -> Account:
    """Who handles complaints at the street office."""
    row, street = content["handler"], content["street"]
    by = system(street, "import")
    found = Account.objects.filter(username=row["username"]).first()
    if found is not None:
        return found
    party = people.find_or_register(
        street, name=row["name"], id_type="resident_id", id_number=row["id_number"],
        phone=row["phone"], by=by, at=at,
    )  # fmt: skip
    account = people.create_account(
        row["username"], kind="staff", street=street, party=party, by=by, at=at
    )
    office = body_of(street, row["body"])
    seat = Seat.objects.filter(body=office, key=row["seat"]).first() or bodies.create_seat(
        office, row["seat"], title=row["title"], title_en=row["title_en"], powers=row["powers"],
        by=by, at=at,
    )  # fmt: skip
    since = date.fromisoformat(row["since"])
    bodies.appoint(seat, account, valid_from=since, by=by, at=at)
    demo = Path(settings.DATA) / "demo" / "people.json"
    password = json.loads(demo.read_text(encoding="utf-8"))["password"]
    people.give_password([account], password, by=by, at=at)
    return account


def _complaints(content: Mapping[str, Any], at: datetime) -> int:
    """Complaints, one of them answered; none where there are some already."""
    handler = _handler(content, at)
    if Complaint.objects.filter(street=content["street"]).exists():
        return 0
    for row in content["complaints"]:
        filed_at = at - timedelta(days=row["days_ago"])
        centre = ServicePoint.objects.get(pk=row["centre"])
        made = actions.complain(
            centre, text=row["text"], about=row["about"], by=ANONYMOUS, at=filed_at
        ).complaint
        if "accused" in row:
            by, answered_at = actor_for(handler), filed_at + timedelta(days=3)
            meant = Account.objects.get(username=row["accused"])
            actions.name_accused(made, meant, by=by, at=answered_at)
            actions.answer_complaint(
                made, outcome=row["outcome"], text=row["answer"], by=by, at=answered_at
            )
    return len(content["complaints"])


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
