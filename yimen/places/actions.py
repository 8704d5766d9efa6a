"""Verbs of places: take in the register, set up a service point, keep an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from yimen.ledger.actions import record
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid
from yimen.lib.text import squeeze
from yimen.places.models import Address, Building, Division, ServicePoint
from yimen.places.perms import may_manage, may_name
from yimen.places.rules import check_hours, kind_of, level_of, parent_of, road_key, street_of

_DIVISION = ["name", "name_en", "level", "parent", "kind", "assigned"]
_POINT = ["street", "name", "name_en", "address", "address_en", "phone", "hours", "serves"]


def _may(by: Actor) -> None:
    if not may_manage(by):
        raise Forbidden("places", _("只有系统管理员可以维护地名和服务点。"))


def _division(row: Mapping[str, Any]) -> Division:
    code = row["code"]
    return Division(
        code=code,
        name=row["name"],
        name_en=row.get("name_en", ""),
        level=level_of(code),
        parent_id=parent_of(code),
        kind=row.get("kind") or kind_of(code),
        assigned=row.get("assigned", True),
    )


@transaction.atomic
def put_divisions(rows: Iterable[Mapping[str, Any]], *, by: Actor, at: datetime) -> int:
    """Take in divisions (code, name, name_en, assigned); those known are brought up to date."""
    _may(by)
    made = sorted((_division(row) for row in rows), key=lambda d: (len(d.code), d.code))
    Division.objects.bulk_create(
        made,
        batch_size=1000,
        update_conflicts=True,
        update_fields=_DIVISION,
        unique_fields=["code"],
    )
    data = {"count": len(made)}
    record(street="0", stream="places:divisions", act="loaded", by=by, at=at, data=data)
    return len(made)


def _point(row: Mapping[str, Any]) -> ServicePoint:
    try:
        check_hours(row["hours"])
    except ValueError as error:
        wrong = FieldError("hours", str(error), _("每一段要先开后关，段与段不能重叠。"))
        raise Invalid("hours", _("服务时间写错了。"), (wrong,)) from error
    given = {name: row[name] for name in _POINT if name in row}
    return ServicePoint(code=row["code"], **{"street": street_of(row["code"]), **given})


@transaction.atomic
def put_service_points(rows: Iterable[Mapping[str, Any]], *, by: Actor, at: datetime) -> int:
    """Set up service points, or bring them up to date."""
    _may(by)
    points = [_point(row) for row in rows]
    ServicePoint.objects.bulk_create(
        points, update_conflicts=True, update_fields=_POINT, unique_fields=["code"]
    )
    for point in points:
        data = {"serves": list(point.serves)}
        stream = f"centre:{point.code}"
        record(street=point.street, stream=stream, act="configured", by=by, at=at, data=data)
    return len(points)


@transaction.atomic
def put_buildings(rows: Iterable[Mapping[str, str]], *, by: Actor, at: datetime) -> int:
    """Take in the community's addresses (division, road, lane, number); those known move to the
    division that is named now."""
    _may(by)
    made: dict[tuple[str, ...], Building] = {}
    for row in rows:
        street, road = street_of(row["division"]), squeeze(row["road"])
        lane, number = squeeze(row.get("lane", "")), squeeze(row["number"])
        made[street, road, lane, number] = Building(
            street=street, division_id=row["division"], road=road, lane=lane, number=number,
            key=road_key(road),
        )  # fmt: skip
    Building.objects.bulk_create(
        made.values(), batch_size=1000, update_conflicts=True, update_fields=["division", "key"],
        unique_fields=["street", "road", "lane", "number"],
    )  # fmt: skip
    data = {"count": len(made)}
    record(street="0", stream="places:buildings", act="loaded", by=by, at=at, data=data)
    return len(made)


def rename_points(street: str, names: Mapping[str, tuple[str, str]], *, by: Actor) -> list[str]:
    """Give the centre of a street and its branches, which bear its name, another one: for each
    column old and new. Inside another house's act, which records it. Returns the counters."""
    if not may_name(by, street):
        raise Forbidden("places", _("只有中心主任或系统管理员可以给中心改名。"))
    touched: set[str] = set()
    for column, (old, new) in names.items():
        if not old or old == new:
            continue
        bear = ServicePoint.objects.filter(street=street, **{f"{column}__startswith": old})
        touched |= set(bear.values_list("pk", flat=True))
        bear.update(**{column: Concat(Value(new), Substr(column, len(old) + 1))})
    return sorted(touched)


def keep_address(street: str, parts: Mapping[str, str], *, division: str = "") -> Address:
    """Write an address by its parts inside another house's act, which records it. Only the whole
    text is required; it is put together from the parts when it is missing."""
    clean = {name: squeeze(parts.get(name, "")) for name in ("road", "lane", "number", "room")}
    text = squeeze(parts.get("text", "")) or one_line(clean)
    if not text:
        wrong = FieldError("address", _("没有填写地址。"), _("请填写路名和门牌，或整行地址。"))
        raise Invalid("address", _("没有填写地址。"), (wrong,))
    return Address.objects.create(street=street, division_id=division or None, text=text, **clean)


def forget_address(id: UUID) -> None:
    """Take away an address that was kept for somebody, unless somebody else lives by the same row.
    Inside another house's act, which records it."""
    try:
        with transaction.atomic():
            Address.objects.filter(pk=id).delete()
    except ProtectedError:
        return


def one_line(parts: Mapping[str, str]) -> str:
    """梧桐路 12 弄 3 号 401 室 as it is written on an envelope."""
    units = (("road", ""), ("lane", "弄"), ("number", "号"), ("room", "室"))
    return "".join(
        parts[name] + (unit if not parts[name].endswith(unit) else "")
        for name, unit in units
        if parts.get(name)
    )
