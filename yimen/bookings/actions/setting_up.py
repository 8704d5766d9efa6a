"""What can be booked is set up, closed for a while, opened again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.bookings import perms
from yimen.bookings.actions.record import lock_resource
from yimen.bookings.models import Closure, Opening, Resource
from yimen.ledger import rows
from yimen.ledger.actions import record
from yimen.ledger.chain import stamp
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused
from yimen.lib.ids import new_id


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a pattern as `set_resource` takes it."""

    on: str
    opens: time
    closes: time
    places: int
    weekdays: tuple[int, ...] = ()


@together()
def set_resource(
    centre: str,
    kind: str,
    code: str,
    *,
    body: UUID,
    lines: Sequence[Line],
    by: Actor,
    at: datetime,
    **values: Any,
) -> Resource:
    """Make or change what can be booked (name, name_en, slot_min, ahead_days, notice_min, online,
    is_active) with its whole pattern. Writes nothing when nothing moved."""
    known = Resource.objects.select_for_update().filter(centre=centre, kind=kind, code=code).first()
    row = known or Resource(street=centre[:9], centre_id=centre, body_id=body, kind=kind, code=code)
    _may(by, row)
    _check(lines)
    moved = [name for name, value in values.items() if getattr(row, name) != value]
    for name in moved:
        setattr(row, name, values[name])
    if known is None:
        row.save(force_insert=True)
    elif moved:
        row.save(update_fields=moved)
    if _set_lines(row, lines) or moved or known is None:
        _write_down(row, "set", by, at, slot_min=row.slot_min, lines=[_plain(x) for x in lines])
    return row


def _check(lines: Sequence[Line]) -> None:
    wrong = next((x for x in lines if x.closes <= x.opens or not 1 <= x.places <= 200), None)
    if wrong:
        text = _("开放时间要早于结束时间，每段 1 到 200 个名额。")
        raise Invalid("lines", text, (FieldError("lines", text),))


def _set_lines(row: Resource, lines: Sequence[Line]) -> bool:
    had = {Line(x.on, x.opens, x.closes, x.places, tuple(x.weekdays)) for x in row.openings.all()}
    if had == set(lines):
        return False
    row.openings.all().delete()
    rows.insert(
        Opening,
        [
            {
                "id": new_id(),
                "street": row.street,
                "resource_id": row.pk,
                **asdict(x),
                "weekdays": list(x.weekdays),
            }
            for x in lines
        ],
    )
    return True


def _plain(line: Line) -> list[Any]:
    weekdays = list(line.weekdays)
    return [line.on, f"{line.opens:%H:%M}", f"{line.closes:%H:%M}", line.places, weekdays]


@together()
def close(
    resource: Resource, *, starts: datetime, ends: datetime, by: Actor, at: datetime
) -> Closure:
    """Closed from then to then. Who has booked is found and told by the next tick."""
    row = lock_resource(resource.pk)
    _may(by, row)
    if ends <= starts or ends <= at:
        text = _("结束时间要晚于开始时间，而且还没有过去。")
        raise Invalid("ends", text, (FieldError("ends", text),))
    made = Closure(id=new_id(), street=row.street, resource=row, starts_at=starts, ends_at=ends)
    made.save(force_insert=True)
    _write_down(row, "close", by, at, starts=stamp(starts), ends=stamp(ends))
    return made


@together()
def reopen(closure: Closure, *, by: Actor, at: datetime) -> None:
    """Take a closure back. Who was told already decides for themselves."""
    row = lock_resource(closure.resource_id)
    _may(by, row)
    if not rows.update(Closure, {"id": closure.pk, "ended": False}, ended=True):
        raise Refused("ended", _("这次停约已经取消。"))
    _write_down(row, "reopen", by, at, starts=stamp(closure.starts_at))


def _may(by: Actor, row: Resource) -> None:
    if not perms.runs(by, row):
        raise Forbidden("resource", _("只有中心主任、副主任或行政助理可以设置预约。"))


def _write_down(row: Resource, act: str, by: Actor, at: datetime, **data: Any) -> None:
    stream = f"resource:{row.centre_id}-{row.kind}-{row.code}"
    record(street=row.street, stream=stream, act=act, by=by, at=at, data=data)
