"""Announcements: written, released, corrected, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.ids import new_id
from yimen.lib.masking import holds_id
from yimen.notices import perms, wording
from yimen.notices.actions.spreading import begin_spreading, stop
from yimen.notices.models import Announcement
from yimen.places.models import Division

CHANNEL = "announcements"  # of NOTIFY: the process of the displays listens to it
LONGEST = timedelta(days=90)
SHORT, SHORT_EN = 70, 120
COLUMNS = ("text", "text_en", "short", "short_en", "group", "urgent", "by_sms")


@dataclass(frozen=True, slots=True)
class Words:
    """What is announced; where (a hall, a division, else the whole street), to whom, how long."""

    text: str
    begins_at: datetime
    ends_at: datetime
    text_en: str = ""
    centre: str = ""
    urgent: bool = False
    short: str = ""
    short_en: str = ""
    place: str = ""
    group: str = "everybody"
    by_sms: bool = False


@transaction.atomic
def write(
    street: str, words: Words, *, by: Actor, at: datetime, pk: UUID | None = None
) -> Announcement:
    """A draft, which nobody outside sees. The same `pk` again writes nothing new."""
    if not perms.may_write(by) or (by.kind != "system" and by.street != street):
        raise Forbidden("announcement", _("由窗口或管理公告的工作人员起草公告。"))
    known = Announcement.objects.filter(pk=pk, street=street).first() if pk else None
    return known or _write(street, words, None, by=by, at=at, pk=pk)


@transaction.atomic
def rewrite(announcement: UUID, words: Words, *, by: Actor, at: datetime) -> Announcement:
    """Other words for a draft."""
    row = _locked(announcement, by)
    if not (perms.may_release(by, row.street) or row.written_by_id == by.account):
        raise Forbidden("announcement", _("只有起草人或能发布公告的人可以改草稿。"))
    _must_be_draft(row)
    words = _clean(row.street, words, at)
    for name, value in _columns(row.street, words).items():
        setattr(row, name, value)
    row.save()
    _record(row, "rewritten", by=by, at=at)
    return row


@transaction.atomic
def release(announcement: UUID, *, by: Actor, at: datetime) -> Announcement:
    """To everybody it is for, by every way, once. Pressed twice it is released once."""
    row = _locked(announcement, by)
    may(by, row.street)
    if row.released_at is not None and row.withdrawn_at is None:
        return row
    _must_be_draft(row)
    if row.ends_at <= at:
        raise Refused("over", _("结束时间已经过了。请先改时间再发布。"))
    _release(row, by=by, at=at)
    return row


@transaction.atomic
def drop(announcement: UUID, *, by: Actor, at: datetime) -> None:
    """A draft that is not wanted."""
    row = _locked(announcement, by)
    if not (perms.may_release(by, row.street) or row.written_by_id == by.account):
        raise Forbidden("announcement", _("只有起草人或能发布公告的人可以改草稿。"))
    _must_be_draft(row)
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    _record(row, "dropped", by=by, at=at)


@transaction.atomic
def announce(street: str, words: Words, *, by: Actor, at: datetime) -> Announcement:
    """Written and released in one, by who may do both. Raises Forbidden, Invalid with the fields."""
    may(by, street)
    row = _write(street, words, None, by=by, at=at)
    _release(row, by=by, at=at)
    return row


@transaction.atomic
def correct(announcement: UUID, words: Words, *, by: Actor, at: datetime) -> Announcement:
    """Say it right at once: the old words go from every display and page, whoever got them as a
    text message gets the new ones. What was said before stays on record."""
    old = _locked(announcement, by)
    may(by, old.street)
    if old.released_at is None:
        raise Refused("draft", _("这条还没有发布，直接改草稿就行。"))
    if Announcement.objects.filter(corrects=old).exists():
        raise Refused("corrected", _("这条公告已经更正过。请更正最新的一条。"))
    _end(old, at)
    row = _write(old.street, words, old, by=by, at=at)
    _release(row, by=by, at=at)
    return row


@transaction.atomic
def end(announcement: UUID, *, by: Actor, at: datetime) -> None:
    """Take it down before its time; text messages that have not gone out stay here."""
    old = _locked(announcement, by)
    may(by, old.street)
    if old.ends_at <= at or old.released_at is None:
        raise Refused("over", _("这条公告已经结束。"))
    _end(old, at)
    old.withdrawn_at = at
    old.save(update_fields=["withdrawn_at"])
    _record(old, "ended", by=by, at=at)


def _end(old: Announcement, at: datetime) -> None:
    old.begins_at, old.ends_at = min(old.begins_at, at), min(old.ends_at, at)
    old.save(update_fields=["begins_at", "ends_at"])
    stop(old)
    _ring(old.street)


def _write(
    street: str, words: Words, corrects: Announcement | None, *, by: Actor, at: datetime,
    pk: UUID | None = None,
) -> Announcement:  # fmt: skip
    words = _clean(street, words, at)
    try:
        with transaction.atomic():
            made = Announcement.objects.create(
                id=pk or new_id(), street=street, corrects=corrects, written_by_id=by.account,
                written_at=at, **_columns(street, words),
            )  # fmt: skip
    except IntegrityError:  # the same draft by a second click
        if pk is None:
            raise
        return Announcement.objects.get(pk=pk, street=street)
    old = {"corrects": str(corrects.pk)} if corrects else {}
    _record(made, "written", by=by, at=at, **old)
    return made


def _release(row: Announcement, *, by: Actor, at: datetime) -> None:
    row.released_at, row.released_by_id = at, by.account
    row.save(update_fields=["released_at", "released_by"])
    _record(
        row, "announced", by=by, at=at, place=row.place, centre=row.centre_id or "",
        group=row.group, until=row.ends_at, by_sms=row.by_sms,
    )  # fmt: skip
    begin_spreading(row, at=at)
    _ring(row.street)


def _columns(street: str, words: Words) -> dict[str, object]:
    found: dict[str, object] = {name: getattr(words, name) for name in COLUMNS}
    return found | {
        "centre_id": words.centre or None, "place": words.place or street,
        "begins_at": words.begins_at, "ends_at": words.ends_at,
    }  # fmt: skip


def _clean(street: str, words: Words, at: datetime) -> Words:
    """The words without blanks around them, and with a short form; Invalid where they cannot be."""
    text, text_en = words.text.strip(), words.text_en.strip()
    words = replace(
        words, text=text, text_en=text_en, short=words.short.strip() or text,
        short_en=words.short_en.strip() or text_en,
    )  # fmt: skip
    wrong = [*_wrong_words(words), *_wrong_reach(street, words, at)]
    if wrong:
        raise Invalid("announcement", _("有的内容填写不对，请改正。"), tuple(wrong))
    return words


def _wrong_words(words: Words) -> list[FieldError]:
    wrong: list[FieldError] = []
    if not words.text:
        wrong.append(FieldError("text", _("请写公告内容。")))
    texts = (words.text, words.text_en, words.short, words.short_en)
    if any(holds_id(text) for text in texts):
        wrong.append(FieldError("text", _("里面好像有身份证号码。公告人人可见，请删去。")))
    elif any(wording.PERSONAL.search(text) for text in texts):
        wrong.append(FieldError("text", _("里面好像有个人手机号码。请写办公电话。")))
    if len(words.short) > SHORT:
        wrong.append(FieldError("short", _("内容超过 70 个字，请另写一句不超过 70 个字的短句。")))
    if len(words.short_en) > SHORT_EN:
        message = _("英文超过 120 个字符，请另写一句不超过 120 个字符的短句。")
        wrong.append(FieldError("short_en", message))
    return wrong


def _wrong_reach(street: str, words: Words, at: datetime) -> list[FieldError]:
    wrong: list[FieldError] = []
    if words.ends_at <= max(words.begins_at, at):
        wrong.append(FieldError("ends_at", _("结束时间要晚于开始时间和现在。")))
    elif words.ends_at - words.begins_at > LONGEST:
        wrong.append(FieldError("ends_at", _("公告最长 90 天。更久的内容请写进指南。")))
    if words.centre and not words.centre.startswith(street):
        wrong.append(FieldError("centre", _("请选本街道的中心。")))
    if words.group not in Announcement.Group.values:
        wrong.append(FieldError("group", _("请选公告给谁看。")))
    inside = words.place.startswith(street) and Division.objects.filter(pk=words.place).exists()
    if words.place and not inside:
        wrong.append(FieldError("place", _("请选本街道的居村委。")))
    return wrong


def may(by: Actor, street: str) -> None:
    """Raise Forbidden unless the actor runs a house of this street."""
    if not perms.may_release(by, street):
        raise Forbidden("announcement", _("只有中心主任、行政协调员或系统管理员可以发布公告。"))


def _must_be_draft(row: Announcement) -> None:
    if row.released_at is not None:
        raise Refused("released", _("已经发布，不能再改草稿。请用更正。"))
    if row.withdrawn_at is not None:
        raise Refused("dropped", _("这份草稿已经作废。"))


def _locked(announcement: UUID, by: Actor) -> Announcement:
    found = Announcement.objects.select_for_update().filter(pk=announcement).first()
    if found is None or (by.kind != "system" and found.street != by.street):
        raise Unseen("announcement")
    if not perms.may_write(by):
        raise Forbidden("announcement", _("由窗口或管理公告的工作人员起草公告。"))
    return found


def _ring(street: str) -> None:
    """Tell the displays of the street that something is to be said at once. Sent with the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, street])


def _record(row: Announcement, act: str, *, by: Actor, at: datetime, **data: object) -> None:
    ledger.record(
        street=row.street, stream=f"announcement:{row.pk}", act=act, by=by, at=at, data=data,
        power=by.power_for(*perms.MANAGERS),
    )  # fmt: skip
