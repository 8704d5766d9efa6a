"""Verbs of the catalogue: draft, publish, retire, take in; life events, forms, search words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yimen.bodies.queries import holders_in
from yimen.ledger.actions import record
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused
from yimen.lib.time import local
from yimen.matters import indexing, lexicon, queries
from yimen.matters.content import Content, parse
from yimen.matters.models import (
    BlankForm,
    Elsewhere,
    FailedQuery,
    LifeEvent,
    Matter,
    MatterVersion,
    Revision,
    Synonym,
    Unanswered,
)
from yimen.matters.perms import may_edit
from yimen.notices.actions import tell

Status = MatterVersion.Status


def _may(by: Actor, street: str = "") -> None:
    if not may_edit(by, street):
        raise Forbidden("catalogue", _("您没有维护事项目录的职权。"))


def digest(content: Mapping[str, Any]) -> str:
    """What a content says, apart from its number and first day."""
    said = {k: v for k, v in content.items() if k not in ("version", "valid_from")}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _changed() -> None:
    """Tell every process that its index is old."""
    Revision.objects.get_or_create(pk=1)
    Revision.objects.filter(pk=1).update(number=F("number") + 1)


def _lock(code: str, street: str) -> Matter:
    Matter.objects.get_or_create(code=code, defaults={"street": street})
    return Matter.objects.select_for_update().get(code=code)


def _record(matter: Matter, act: str, by: Actor, at: datetime, version: MatterVersion) -> None:
    record(
        street=matter.street or "0",
        stream=f"matter:{matter.code}",
        act=act,
        by=by,
        at=at,
        data={"version": version.version, "sha256": version.sha256},
    )


@transaction.atomic
def draft(data: Any, *, by: Actor, at: datetime, street: str = "") -> MatterVersion:
    """Write the draft of a matter's next version (replacing a draft that is there)."""
    content = parse(data)
    matter = _lock(content.code, street)
    _may(by, matter.street)
    latest = _latest(matter)
    if latest is not None and latest.sha256 == digest(content.to_json()):
        raise Refused("unchanged", _("内容与已发布的版本相同，没有需要保存的修改。"))
    version = _write_draft(matter, content, latest.version + 1 if latest else 1)
    _record(matter, "drafted", by, at, version)
    return version


def _latest(matter: Matter) -> MatterVersion | None:
    """The newest version that is no draft."""
    return matter.versions.exclude(status=Status.DRAFT).order_by("-version").first()


def _write_draft(matter: Matter, content: Content, number: int) -> MatterVersion:
    plain = content.to_json() | {"version": number}
    values = indexing.columns(content) | {
        "version": number,
        "valid_from": content.valid_from,
        "valid_to": content.valid_to,
        "content": plain,
        "sha256": digest(plain),
    }
    version, _made = MatterVersion.objects.update_or_create(
        matter=matter, status=Status.DRAFT, defaults=values
    )
    return version


@transaction.atomic
def publish(
    version: MatterVersion, *, by: Actor, at: datetime, valid_from: date | None = None
) -> MatterVersion:
    """Put a draft into force from `valid_from` (by default its own first day, but not before
    today); the version before it ends on that day. Running cases stay with theirs."""
    matter = Matter.objects.select_for_update().get(pk=version.matter_id)
    version = MatterVersion.objects.select_for_update().get(pk=version.pk)
    _may(by, matter.street)
    if version.status != Status.DRAFT:
        raise Refused("not_a_draft", _("只有草稿可以发布。"))
    begins = _begins(matter, version, valid_from, local(at).date())
    _end_before(matter, begins)
    version.content = version.content | {"valid_from": begins.isoformat()}
    version.valid_from, version.status = begins, Status.PUBLISHED
    version.save(update_fields=["content", "valid_from", "status"])
    _record(matter, "published", by, at, version)
    _changed()
    return version


def _begins(matter: Matter, version: MatterVersion, wanted: date | None, today: date) -> date:
    """The first day of a version: the first one of all may begin in the past, no later one may."""
    latest = _latest(matter)
    begins = wanted or (version.valid_from if latest is None else max(version.valid_from, today))
    if latest is not None and begins < max(today, latest.valid_from):
        wrong = FieldError(
            "valid_from", _("生效日早于今天或上一版本。"), _("请选择今天或以后的日期。")
        )
        raise Invalid("valid_from", _("生效日不能早于今天。"), (wrong,))
    if version.valid_to is not None and version.valid_to <= begins:
        wrong = FieldError("valid_to", _("失效日不晚于生效日。"), _("请改正其中一个日期。"))
        raise Invalid("valid_to", _("失效日不晚于生效日。"), (wrong,))
    return begins


def _end_before(matter: Matter, day: date) -> None:
    """End the version that would still be in force on `day`."""
    for old in matter.versions.filter(status=Status.PUBLISHED):
        if old.valid_to is None or old.valid_to > day:
            old.valid_to = day
            old.save(update_fields=["valid_to"])


@transaction.atomic
def retire(code: str, *, by: Actor, at: datetime) -> MatterVersion:
    """Take a matter out of the catalogue from this day on."""
    matter = Matter.objects.select_for_update().get(pk=code)
    _may(by, matter.street)
    version = _latest(matter)
    if version is None or version.status == Status.RETIRED:
        raise Refused("not_in_force", _("这个事项没有正在生效的版本。"))
    version.valid_to = max(local(at).date(), version.valid_from)
    version.status = Status.RETIRED
    version.save(update_fields=["valid_to", "status"])
    _record(matter, "retired", by, at, version)
    _changed()
    return version


@transaction.atomic
def discard(version: MatterVersion, *, by: Actor, at: datetime) -> None:
    """Throw a draft away."""
    matter = Matter.objects.select_for_update().get(pk=version.matter_id)
    _may(by, matter.street)
    if version.status != Status.DRAFT:
        raise Refused("not_a_draft", _("已发布的版本不能删除，只能停用。"))
    _record(matter, "discarded", by, at, version)
    version.delete()


@transaction.atomic
def take_in(data: Any, *, by: Actor, at: datetime, street: str = "") -> MatterVersion | None:
    """Publish a content from a file; None when it says nothing new."""
    content = parse(data)
    matter = _lock(content.code, street)
    _may(by, matter.street)
    latest = _latest(matter)
    if latest is not None and latest.sha256 == digest(content.to_json()):
        return None
    version = _write_draft(matter, content, latest.version + 1 if latest else 1)
    return publish(version, by=by, at=at)


# -- what stands beside the matters -------------------------------------------------------------


@transaction.atomic
def put_life_events(events: Sequence[Mapping[str, Any]], *, by: Actor, at: datetime) -> int:
    """Replace the life events."""
    _may(by)
    LifeEvent.objects.exclude(key__in=[e["key"] for e in events]).delete()
    rows = [LifeEvent(key=e["key"], order=n, content=dict(e)) for n, e in enumerate(events)]
    LifeEvent.objects.bulk_create(
        rows, update_conflicts=True, update_fields=["order", "content"], unique_fields=["key"]
    )
    return _told("life-events", len(rows), by, at)


@transaction.atomic
def put_blank_forms(forms: Iterable[Mapping[str, Any]], *, by: Actor, at: datetime) -> int:
    """Take in blank forms; those known are brought up to date."""
    _may(by)
    rows = [BlankForm(key=f["key"], content=dict(f)) for f in forms]
    BlankForm.objects.bulk_create(
        rows, update_conflicts=True, update_fields=["content"], unique_fields=["key"]
    )
    return _told("blank-forms", len(rows), by, at)


@transaction.atomic
def put_elsewhere(answers: Sequence[Mapping[str, Any]], *, by: Actor, at: datetime) -> int:
    """Replace the answers for what is done at another office."""
    _may(by)
    Elsewhere.objects.exclude(key__in=[a["key"] for a in answers]).delete()
    rows = [Elsewhere(key=a["key"], content=dict(a) | {"index": _bag(a)}) for a in answers]
    Elsewhere.objects.bulk_create(
        rows, update_conflicts=True, update_fields=["content"], unique_fields=["key"]
    )
    _changed()
    return _told("elsewhere", len(rows), by, at)


def _bag(answer: Mapping[str, Any]) -> dict[str, float]:
    phrases = [*answer["words"]["zh"], *answer["words"]["en"]]
    parts = [(answer["topic"]["zh"], 2.0), (answer["topic"]["en"], 2.0)]
    return lexicon.weighed([*parts, *((phrase, 2.0) for phrase in phrases)])


@transaction.atomic
def put_synonyms(groups: Iterable[Sequence[str]], *, by: Actor, at: datetime) -> int:
    """Replace the shipped synonyms; what a centre added itself stays."""
    _may(by)
    Synonym.objects.filter(shipped=True).delete()
    rows = [Synonym(words=_clean(words), shipped=True) for words in groups]
    Synonym.objects.bulk_create(rows)
    _changed()
    return _told("synonyms", len(rows), by, at)


@transaction.atomic
def add_synonym(words: Sequence[str], *, by: Actor, at: datetime) -> Synonym:
    """Say that some words mean the same."""
    _may(by)
    clean = _clean(words)
    if len(clean) < 2:
        wrong = FieldError("words", _("至少要有两个词。"), _("请用逗号隔开两个以上的词。"))
        raise Invalid("synonym", _("至少要有两个词。"), (wrong,))
    row = Synonym.objects.create(words=clean)
    record(
        street="0", stream="matters:synonyms", act="added", by=by, at=at, data={"id": row.pk.hex}
    )
    _changed()
    return row


@transaction.atomic
def drop_synonym(row: Synonym, *, by: Actor, at: datetime) -> None:
    """Take back what was said to mean the same."""
    _may(by)
    record(
        street="0", stream="matters:synonyms", act="dropped", by=by, at=at, data={"id": row.pk.hex}
    )
    row.delete()
    _changed()


def _clean(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word.strip()[:40] for word in words if word.strip()))


def _told(stream: str, count: int, by: Actor, at: datetime) -> int:
    data = {"count": count}
    record(street="0", stream=f"matters:{stream}", act="loaded", by=by, at=at, data=data)
    return count


def count_failed(question: str, *, on: date, weak: bool = False) -> None:
    """Count a question that found nothing, or (`weak`) nothing that holds its words; by its
    dictionary words only. Goes by `journal`, the alias of what may be written while a page is only
    shown; no record, for nothing is decided."""
    text = lexicon.harmless(question)
    if not text:
        return
    week = on - timedelta(days=on.weekday())
    _count(Unanswered, {"week": week, "text": text}, weak=int(weak))
    if not weak:
        _count(FailedQuery, {"text": text}, last_on=on)


def _count(sort: Any, key: dict[str, Any], **first: Any) -> None:
    """One more: a row that is there counts up, `weak` with it."""
    rows = sort.objects.using("journal")
    row, made = rows.get_or_create(**key, defaults=first)
    if not made:
        more = {k: F(k) + v if k == "weak" else v for k, v in first.items()}
        rows.filter(pk=row.pk).update(count=F("count") + 1, **more)


@transaction.atomic
def settle(row: Unanswered, *, by: Actor, at: datetime) -> None:
    """Somebody has seen to it: a synonym, an answer or a matter was written, or it is not for us.
    It goes from every week's list, and comes again when people ask again in a later week."""
    _may(by)
    found = Unanswered.objects.select_for_update().filter(
        text=row.text, week__lte=row.week, done_at=None
    )
    record(
        street="0", stream="matters:unanswered", act="settled", by=by, at=at,
        data={"id": row.pk.hex, "week": row.week.isoformat()},
    )  # fmt: skip
    found.update(done_at=at, done_by=by.account)


@transaction.atomic
def tell_unanswered(street: str, *, by: Actor, at: datetime) -> int:
    """The list of the week that ended, to each editor of the street. Returns how many were told."""
    week = queries.last_week(local(at).date())
    count = len(queries.unanswered(week)[0])
    editors = holders_in(street, (Can.CATALOGUE,), at.date()) if count else []
    for account in editors:
        tell(
            street=street, template="matters.unanswered", facts={"count": count, "day": week},
            about="matters:unanswered", key=f"matters.unanswered:{week:%Y%m%d}:{account}",
            to_account=account, by=by, at=at,
        )  # fmt: skip
    return len(editors)


def forget_unanswered(*, at: datetime) -> int:
    """Weeks of more than a year ago go. Returns how many rows went."""
    gone, _each = Unanswered.objects.filter(
        week__lt=local(at).date() - timedelta(days=365)
    ).delete()
    return gone
