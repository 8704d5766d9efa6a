"""Desks and windows of a hall are set up and changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yimen.bodies.models import Body
from yimen.counters import perms, rules
from yimen.counters.models import Desk, Plan, Window
from yimen.ledger.actions import record
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid

LEADS = ("led_by", "guided_by", "funded_by")


@together()
def set_desk(centre: str, *, by: Actor, at: datetime, code: str, **values: Any) -> bool:
    """Make or change a desk (letter, name, name_en, fields, is_active). True when it moved."""
    _may(by, centre)
    known = {"street": centre[:9], "centre_id": centre, "code": code}
    desk = Desk.objects.select_for_update().filter(centre=centre, code=code).first()
    if not _write(desk or Desk(**known), desk is None, values):
        return False
    record(
        street=centre[:9], stream=f"desk:{centre}-{code}", act="set", by=by, at=at,
        data={"letter": values.get("letter"), "fields": sorted(values.get("fields", []))},
    )  # fmt: skip
    return True


@together()
def set_window(centre: str, *, by: Actor, at: datetime, no: int, **values: Any) -> bool:
    """Make or change window `no` (name, name_en, desks; led_by, guided_by, funded_by as codes of
    bodies). True when something moved."""
    _may(by, centre)
    code = f"{centre}{no:02d}"
    window = Window.objects.select_for_update().filter(pk=code).first()
    for role in LEADS:
        if role in values:
            values[f"{role}_id"] = _body(centre[:9], values.pop(role))
    fresh = Window(code=code, street=centre[:9], centre_id=centre)
    if not _write(window or fresh, window is None, values):
        return False
    record(
        street=centre[:9], stream=f"window:{code}", act="set", by=by, at=at,
        data={"desks": sorted(values.get("desks", []))},
    )  # fmt: skip
    return True


@together()
def set_plan(centre: str, *, by: Actor, at: datetime, drawing: dict[str, Any]) -> bool:
    """Make or change the drawing of a hall (`models.Plan`). True when it moved."""
    _may(by, centre)
    if wrong := rules.plan_fault(drawing):
        text = _("平面图有误：%(part)s。") % {"part": wrong}
        raise Invalid("plan", text, (FieldError("plan", text),))
    plan = Plan.objects.select_for_update().filter(pk=centre).first()
    fresh = Plan(centre_id=centre, street=centre[:9])
    if not _write(plan or fresh, plan is None, {"drawing": drawing}):
        return False
    record(
        street=centre[:9], stream=f"plan:{centre}", act="set", by=by, at=at,
        data={"places": len(drawing.get("places", []))},
    )  # fmt: skip
    return True


def _write(row: Any, fresh: bool, values: dict[str, Any]) -> bool:
    moved = [name for name, value in values.items() if getattr(row, name) != value]
    for name in moved:
        setattr(row, name, values[name])
    if fresh:
        row.save(force_insert=True)
    elif moved:
        row.save(update_fields=moved)
    return fresh or bool(moved)


def _body(street: str, code: str) -> Any:
    found = Body.objects.filter(street__in=[street, "0"], code=code).order_by("-street").first()
    if found is None:
        text = _("没有代码为“%(code)s”的机构。") % {"code": code}
        raise Invalid("body", text, (FieldError("body", text),))
    return found.pk


def _may(by: Actor, centre: str) -> None:
    if not perms.may_set_up(by, centre[:9]):
        raise Forbidden("hall", _("只有大厅的负责人可以设置服务台和窗口。"))
