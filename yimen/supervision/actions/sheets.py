"""Verbs of the score sheet: saved as often as one likes on the way, finished once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.files import actions as files
from yimen.files.rules import of_file
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused
from yimen.lib.time import local
from yimen.supervision import perms, queries, rules
from yimen.supervision.actions.access import LONGEST, locked, record
from yimen.supervision.models import Item, Photo, Score, Visit

PURPOSE = "visit"
PHOTOS_PER_ITEM = 6


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one item."""

    level: str
    note: str = ""


def _writing(visit: Visit | UUID, by: Actor, at: datetime) -> Visit:
    held = locked(visit, by, at)
    if not perms.may_score(by, held):
        raise Forbidden("score", _("评分由派去的监督员填写。"))
    if held.cancelled_at:
        raise Refused("called_off", _("这次检查已经取消。"))
    if held.finished_at:
        raise Refused("finished", _("评分表已经完成，不能再改；有异议由中心提出。"))
    return held


@transaction.atomic
def save_sheet(
    visit: Visit | UUID,
    found: Mapping[str, Found],
    *,
    photos: Iterable[tuple[str, Any]] = (),
    note: str | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Keep what was found so far, by code of the item, and photographs (code, upload). Returns how
    many photographs were kept."""
    held = _writing(visit, by, at)
    items = {item.code: item for item in queries.items_of(held.benchmark_id)}
    for code, one in found.items():
        item = _item(items, code)
        if one.level not in Score.Level.values:
            message = _("没有这种结果。")
            raise Invalid(code, message, (FieldError(code, message, _("请重新选择。")),))
        Score.objects.update_or_create(
            visit=held, item=item,
            defaults={
                "level": one.level, "out_of": item.points, "note": one.note.strip()[:LONGEST],
                "points": rules.points(one.level, item.points),
            },
        )  # fmt: skip
    if note is not None and note.strip() != held.note:
        held.note = note.strip()[:2000]
        held.save(update_fields=["note"])
    kept = [_keep(held, _item(items, code), upload, by, at) for code, upload in photos]
    record(held, "sheet_saved", by=by, at=at, items=len(found), photos=len(kept))
    return len(kept)


def _item(items: Mapping[str, Item], code: str) -> Item:
    if code not in items:
        message = _("标杆里没有这一项。")
        raise Invalid(code, message, (FieldError(code, message),))
    return items[code]


def _keep(visit: Visit, item: Item, upload: Any, by: Actor, at: datetime) -> Photo:
    field = f"photo_{item.code}"
    if Photo.objects.filter(visit=visit, item=item).count() >= PHOTOS_PER_ITEM:
        message = _("一项最多 %(n)d 张照片。") % {"n": PHOTOS_PER_ITEM}
        raise Invalid("photos", message, (FieldError(field, message),))
    try:
        file = files.store(
            upload, name="photo", purpose=PURPOSE, street=visit.street, by=by, at=at,
            photograph=True,
        )  # fmt: skip
    except Invalid as wrong:
        raise of_file(wrong, getattr(upload, "name", "photo"), field) from wrong
    return Photo.objects.create(visit=visit, item=item, file=file, at=at)


@transaction.atomic
def finish(visit: Visit | UUID, *, visited_on: date, by: Actor, at: datetime) -> Visit:
    """The sheet is complete; from here on only an objection changes it. The visit was in its
    month and not in the future; every item has a result."""
    held = _writing(visit, by, at)
    if visited_on > local(at).date() or rules.month_of(visited_on) != held.month:
        message = _("去的那天要在计划的月份里，而且不能在今天以后。")
        raise Invalid("visited_on", message, (FieldError("visited_on", message),))
    have = set(Score.objects.filter(visit=held).values_list("item__code", flat=True))
    missing = [i for i in queries.items_of(held.benchmark_id) if i.code not in have]
    if missing:
        message = _("还没有填结果。看不到的，请选“这次看不到”。")
        errors = tuple(FieldError(f"level_{item.code}", message) for item in missing)
        raise Invalid("items", _("还有 %(n)d 项没有结果。") % {"n": len(missing)}, errors)
    held.visited_on, held.finished_at = visited_on, at
    held.save(update_fields=["visited_on", "finished_at"])
    sum_up = queries.total_of(list(held.scores.all()))
    levels = {s.item.code: s.level for s in held.scores.select_related("item")}
    record(
        held, "sheet_finished", by=by, at=at, day=visited_on, points=sum_up.points,
        out_of=sum_up.out_of, levels=levels,
    )  # fmt: skip
    return held
