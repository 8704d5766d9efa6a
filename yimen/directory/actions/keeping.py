"""Services and units are written down and changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.directory import perms, rules
from yimen.directory.models import Offering, Service, Unit
from yimen.ledger import rows
from yimen.ledger.actions import record
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid
from yimen.lib.ids import new_id


@dataclass(frozen=True, slots=True)
class Gives:
    """One service that a unit gives, as `set_unit` takes it."""

    service: str
    fee: str = "free"
    price: str = ""


@transaction.atomic
def set_service(street: str, code: str, *, by: Actor, at: datetime, **values: Any) -> Service:
    """Make or change a line of the list. Writes nothing when nothing moved."""
    known = Service.objects.select_for_update().filter(street=street, code=code).first()
    row = known or Service(street=street, code=code, changed_at=at)
    _may(by, street)
    if values.get("fee", row.fee) != "free" and not values.get("price", row.price):
        raise _wrong("price", _("低偿和有偿服务要写明价格，居民先知道再决定。"))
    return _put(row, known is None, values, by=by, at=at)


@transaction.atomic
def set_unit(
    street: str, code: str, *, gives: Sequence[Gives], by: Actor, at: datetime, **values: Any
) -> Unit:
    """Make or change a unit with all that it gives. Writes nothing when nothing moved."""
    known = Unit.objects.select_for_update().filter(street=street, code=code).first()
    row = known or Unit(street=street, code=code, changed_at=at)
    _may(by, street)
    _check(street, row, gives, values)
    fresh = _gives(row) != {g.service: g for g in gives}
    row = _put(row, known is None, values, by=by, at=at, moved=fresh)
    if fresh:
        _set_offerings(row, gives)
    return row


def _check(street: str, row: Unit, gives: Sequence[Gives], values: Mapping[str, Any]) -> None:
    if not (values.get("body", row.body) or values.get("phone", row.phone)):
        raise _wrong("phone", _("没有在平台上办理的单位要有联系电话。"))
    try:
        rules.check_hours(values.get("hours", row.hours))
    except ValueError as wrong:
        text = _("开放时间“%(span)s”不对：要从早到晚，不能重叠。") % {"span": wrong}
        raise _wrong("hours", text) from wrong
    if any(not area.startswith(street) for area in values.get("areas", row.areas)):
        raise _wrong("areas", _("服务范围只能选本街道的居村委。"))
    if any(g.fee != "free" and not g.price for g in gives):
        raise _wrong("gives", _("低偿和有偿服务要写明价格，居民先知道再决定。"))


def _gives(row: Unit) -> dict[str, Gives]:
    if row._state.adding:
        return {}
    found = row.offerings.values_list("service__code", "fee", "price")
    return {code: Gives(code, fee, price) for code, fee, price in found}


def _set_offerings(row: Unit, gives: Sequence[Gives]) -> None:
    wanted = {g.service: g for g in gives}
    known = dict(
        Service.objects.filter(street=row.street, code__in=wanted).values_list("code", "pk")
    )
    if unknown := sorted(set(wanted) - set(known)):
        raise _wrong("gives", _("清单里没有服务“%(code)s”。") % {"code": unknown[0]})
    row.offerings.all().delete()
    rows.insert(
        Offering,
        [
            {"id": new_id(), "street": row.street, "unit_id": row.pk, "service_id": known[g.service],
             "fee": g.fee, "price": g.price}
            for g in wanted.values()
        ],
    )  # fmt: skip


def _put(
    row: Any, is_new: bool, values: Mapping[str, Any], *, by: Actor, at: datetime,
    moved: bool = False,
) -> Any:  # fmt: skip
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if not (is_new or changed or moved):
        return row
    row.changed_at = at
    if is_new:
        row.save(force_insert=True)
    else:
        row.save(update_fields=[*changed, "changed_at"])
    sort = row._meta.model_name
    record(
        street=row.street, stream=f"{sort}:{row.street}-{row.code}", act="set", by=by, at=at,
        data={"changed": sorted(changed), "active": row.is_active},
    )  # fmt: skip
    return row


def _may(by: Actor, street: str) -> None:
    if not perms.keeps(by, street):
        raise Forbidden("directory", _("服务清单和服务单位由中心主任、副主任或行政助理维护。"))


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(field, sentence, (FieldError(field, sentence),))
