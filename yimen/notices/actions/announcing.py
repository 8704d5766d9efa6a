"""Announcements: made, ended early, corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.masking import holds_id
from yimen.notices import perms
from yimen.notices.models import Announcement

LONGEST = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Words:
    """What is announced, where (no centre: the whole street) and for how long."""

    text: str
    begins_at: datetime
    ends_at: datetime
    text_en: str = ""
    centre: str = ""
    urgent: bool = False


@transaction.atomic
def announce(street: str, words: Words, *, by: Actor, at: datetime) -> Announcement:
    """Tell everybody there. Raises Forbidden, Invalid with the fields."""
    may(by, street)
    return _write(street, words, None, by=by, at=at)


@transaction.atomic
def correct(announcement: UUID, words: Words, *, by: Actor, at: datetime) -> Announcement:
    """End one and say it right. What was said before stays on record."""
    old = _locked(announcement, by)
    if Announcement.objects.filter(corrects=old).exists():
        raise Refused("corrected", _("这条公告已经更正过。请更正最新的一条。"))
    _end(old, at)
    return _write(old.street, words, old, by=by, at=at)


@transaction.atomic
def end(announcement: UUID, *, by: Actor, at: datetime) -> None:
    """Take it down before its time."""
    old = _locked(announcement, by)
    if old.ends_at <= at:
        raise Refused("over", _("这条公告已经结束。"))
    _end(old, at)
    _record(old, "ended", by=by, at=at)


def _end(old: Announcement, at: datetime) -> None:
    old.begins_at, old.ends_at = min(old.begins_at, at), min(old.ends_at, at)
    old.save(update_fields=["begins_at", "ends_at"])


def _write(
    street: str, words: Words, corrects: Announcement | None, *, by: Actor, at: datetime
) -> Announcement:
    _check(street, words, at)
    made = Announcement.objects.create(
        street=street, centre_id=words.centre or None, text=words.text.strip(),
        text_en=words.text_en.strip(), urgent=words.urgent, begins_at=words.begins_at,
        ends_at=words.ends_at, corrects=corrects, written_by_id=by.account,
    )  # fmt: skip
    old = {"corrects": str(corrects.pk)} if corrects else {}
    _record(made, "announced", by=by, at=at, centre=words.centre, until=words.ends_at, **old)
    return made


def _check(street: str, words: Words, at: datetime) -> None:
    wrong: list[FieldError] = []
    if not words.text.strip():
        wrong.append(FieldError("text", _("请写公告内容。")))
    if any(holds_id(text) for text in (words.text, words.text_en)):
        wrong.append(FieldError("text", _("里面好像有身份证号码。公告人人可见，请删去。")))
    if words.ends_at <= max(words.begins_at, at):
        wrong.append(FieldError("ends_at", _("结束时间要晚于开始时间和现在。")))
    elif words.ends_at - words.begins_at > LONGEST:
        wrong.append(FieldError("ends_at", _("公告最长 90 天。更久的内容请写进指南。")))
    if words.centre and not words.centre.startswith(street):
        wrong.append(FieldError("centre", _("请选本街道的中心。")))
    if wrong:
        raise Invalid("announcement", _("有的内容填写不对，请改正。"), tuple(wrong))


def may(by: Actor, street: str) -> None:
    """Raise Forbidden unless the actor runs a house of this street."""
    if not perms.may_manage(by) or (by.kind != "system" and by.street != street):
        raise Forbidden("announcement", _("只有中心主任、行政协调员或系统管理员可以发布公告。"))


def _locked(announcement: UUID, by: Actor) -> Announcement:
    found = Announcement.objects.select_for_update().filter(pk=announcement).first()
    if found is None or (by.kind != "system" and found.street != by.street):
        raise Unseen("announcement")
    may(by, found.street)
    return found


def _record(row: Announcement, act: str, *, by: Actor, at: datetime, **data: object) -> None:
    ledger.record(
        street=row.street, stream=f"announcement:{row.pk}", act=act, by=by, at=at, data=data
    )  # fmt: skip
