"""Verbs of the plan: which centre is visited in which month; the benchmark; the month's end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yimen.bodies.queries import centre_body
from yimen.contacts.reckoning import after
from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused
from yimen.lib.spans import working_days
from yimen.lib.time import local
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.supervision import queries, rules
from yimen.supervision.actions.access import locked, record, supervising, tell_about
from yimen.supervision.models import Benchmark, Item, Visit


def _invalid(field: str, message: str, remedy: str = "") -> Invalid:
    return Invalid(field, message, (FieldError(field, message, remedy),))


@transaction.atomic
def put_benchmark(content: Mapping[str, Any], *, digest: str, by: Actor, at: datetime) -> bool:
    """Keep a version of the benchmark; False when it is there already. A version is never changed:
    sheets say which one they followed."""
    if by.kind != "system":
        raise Forbidden("benchmark", _("标杆由运维人员用命令导入。"))
    before = Benchmark.objects.filter(version=content["version"]).first()
    if before is not None:
        if before.digest != digest:
            raise Refused("version", _("这个版本号的标杆已有别的内容。请用新的版本号。"))
        return False
    made = Benchmark.objects.create(
        version=content["version"], name=content["zh"], name_en=content["en"],
        valid_from=date.fromisoformat(content["valid_from"]), digest=digest,
    )  # fmt: skip
    groups = content["groups"]
    Item.objects.bulk_create(
        Item(
            benchmark=made, code=row["code"], group=groups[row["group"]]["zh"],
            group_en=groups[row["group"]]["en"], text=row["zh"], text_en=row["en"],
            source=row["source"]["zh"], source_en=row["source"]["en"], points=row["points"],
            position=n,
        )
        for n, row in enumerate(content["items"])
    )  # fmt: skip
    data = {"version": made.version, "digest": digest, "items": len(content["items"])}
    ledger.record(street="0", stream="benchmark", act="benchmark_put", by=by, at=at, data=data)
    return True


@transaction.atomic
def plan(
    centre: ServicePoint,
    *,
    month: date,
    announced: bool,
    supervisor: Account,
    planned_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Visit:
    """Plan a visit. The centre learns of an announced one now, of another when the month is over."""
    supervising(by, centre.street)
    body, benchmark = centre_body(centre.code), queries.benchmark_on(month)
    _check_plan(centre, month, announced, supervisor, planned_on, at)
    if body is None or benchmark is None:
        message = _("这个地点没有受理中心，或还没有导入标杆。")
        raise _invalid("centre", message, _("请联系管理员。"))
    assert by.account
    try:
        with transaction.atomic():
            made = Visit.objects.create(
                street=centre.street, centre=centre, body=body, benchmark=benchmark, month=month,
                announced=announced, planned_on=planned_on, supervisor=supervisor,
                planned_by_id=by.account, planned_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        message = _("这位监督员这个月对这个中心已有同样的检查。")
        raise Refused("planned", message) from error
    record(
        made, "visit_planned", by=by, at=at, centre=centre.code, month=month, announced=announced,
        day=planned_on, supervisor=str(supervisor.pk), benchmark=benchmark.version,
    )  # fmt: skip
    if announced:
        tell_about(
            made, "visit.announced", "announced", by=by, at=at, to={"to_body": body.pk},
            day=planned_on,
        )  # fmt: skip
    return made


def _check_plan(
    centre: ServicePoint, month: date, announced: bool, supervisor: Account,
    planned_on: date | None, at: datetime,
) -> None:  # fmt: skip
    if month < rules.month_of(local(at).date()):
        raise _invalid("month", _("这个月已经过去。"), _("请选本月或以后的月份。"))
    if supervisor.pk not in queries.supervisors(centre.street, planned_on or max(month, at.date())):
        raise _invalid("supervisor", _("这位同事那时不是本街道的行风监督员。"), _("请另选。"))
    if announced and planned_on is None:
        raise _invalid("planned_on", _("明察要事先告知日期。"), _("请填哪一天去。"))
    if planned_on is not None and rules.month_of(planned_on) != month:
        raise _invalid("planned_on", _("日期不在这个月里。"), _("请核对。"))


@transaction.atomic
def call_off(visit: Visit | UUID, *, by: Actor, at: datetime) -> Visit:
    """The visit will not be. Nothing is called off after its sheet was finished."""
    held = locked(visit, by, at)
    supervising(by, held.street)
    if held.finished_at or held.cancelled_at:
        raise Refused("over", _("检查已经完成或取消。"))
    held.cancelled_at = at
    held.save(update_fields=["cancelled_at"])
    record(held, "visit_called_off", by=by, at=at)
    if held.announced:
        tell_about(
            held, "visit.called_off", "off", by=by, at=at, to={"to_body": held.body_id},
            day=held.planned_on,
        )  # fmt: skip
    return held


@transaction.atomic
def show(visit: Visit, *, by: Actor, at: datetime) -> int:
    """The month is over: the centre is told that it may read the sheet, and until when it may
    object. The term begins with the telling."""
    held = Visit.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=visit.pk)
    found = held.select_related("body").first()
    opened = rules.shown_from(found.facts(at)) if found is not None else None
    if found is None or found.told_at or opened is None or at < opened:
        return 0
    days = settings.YIMEN_VISITS["object_days"]
    found.told_at = at
    found.object_until = after(found.street, at, working_days(days)).at
    found.save(update_fields=["told_at", "object_until"])
    record(found, "visit_shown", by=by, at=at, until=found.object_until)
    tell_about(
        found, "visit.shown", "shown", by=by, at=at, to={"to_body": found.body_id},
        due=found.object_until,
    )  # fmt: skip
    return 1
