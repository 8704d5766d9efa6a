"""Partner units: sign for a job, give it back, say how far one is, finish it. Every step is the
engine's own; here it is done for all that the unit has open on the request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yimen.cases.actions import perform
from yimen.cases.dossier import Dossier, load
from yimen.cases.models import Task
from yimen.cases.perms import excluded, serves
from yimen.files.actions import store
from yimen.files.rules import of_file
from yimen.hotline.jobs import PHOTOS
from yimen.hotline.models import JobNote
from yimen.hotline.queries import KINDS
from yimen.ledger.actions import record
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.people.actions import lend_phone

State = Task.State


@together()
def sign_job(number: str, *, by: Actor, at: datetime) -> None:
    """The unit answers for it from now on."""
    d, mine = _mine(number, by)
    new = [t for t in mine if t.state == State.OFFERED]
    if not new:
        raise Refused("signed", _("这个派单已经签收。"))
    for task in new:
        perform(d.case.number, "sign", by=by, at=at, task=str(task.pk))


@together()
def return_job(number: str, *, reason: str, by: Actor, at: datetime) -> None:
    """Back to whoever gave it, with the reason."""
    d, mine = _mine(number, by)
    for task in mine:
        perform(d.case.number, "return", by=by, at=at, task=str(task.pk), reason=reason)


@together()
def contacted(number: str, *, by: Actor, at: datetime) -> None:
    """The first contact, where it was given to the unit, has its own limit and its own end."""
    d, mine = _working(number, by)
    task = next((t for t in mine if t.key == "contact"), None)
    if task is None:
        raise Refused("contacted", _("已经登记过联系，或者不由您联系。"))
    if len(mine) == 1:
        raise Refused("last", _("办完了请用“办完了”。"))
    perform(d.case.number, "finish", by=by, at=at, task=str(task.pk))
    _once(d, task, JobNote.Sort.RANG, by, at)


@together()
def say_where(number: str, sort: str, *, by: Actor, at: datetime) -> None:
    """On the way, or there. Said twice is said once."""
    d, mine = _working(number, by)
    if sort not in (JobNote.Sort.WAY, JobNote.Sort.THERE):
        raise _wrong("sort", _("请选择“在路上”或“已到场”。"))
    _once(d, mine[0], sort, by, at)


@together()
def finish_job(
    number: str, *, done: bool, text: str, by: Actor, at: datetime, photos: Sequence[Any] = ()
) -> None:
    """What was done, or why it could not be; with photographs of the work if it helps. `text` is
    read by whoever answers the caller."""
    d, mine = _working(number, by)
    if not text.strip():
        raise _wrong("text", _("请写下做了什么；没有办成的，写下原因。"))
    _photos(d, mine[0], photos, by, at)
    verdict = "agree" if done else "object"
    for task in mine:
        perform(
            number, "finish", by=by, at=at, task=str(task.pk), verdict=verdict, reason=text.strip()
        )


@together()
def add_photo(number: str, source: Any, *, by: Actor, at: datetime) -> None:
    """A photograph of the work before it is said to be finished: a system sends them one by one."""
    d, mine = _working(number, by)
    _photos(d, mine[0], [source], by, at, field="photo")


@together()
def reveal_phone(number: str, *, reason: str, by: Actor, at: datetime) -> str:
    """The caller's number, while the unit has the job in hand; on record, and the caller reads who
    looked. Whoever wishes secrecy is not rung up by the unit."""
    d, _mine_now = _working(number, by)
    if d.case.facts.get("secret"):
        raise Forbidden("secret", _("求助人要求保密。有事请通过求助热线联系。"))
    about = d.case.number
    return lend_phone(d.case.applicant, reason=reason, about=about, by=by, at=at)


def _mine(number: str, by: Actor) -> tuple[Dossier, list[Task]]:
    """The request under its lock and what of it lies with the unit; Unseen to everybody else."""
    d = load(number, lock=True)
    mine = [t for t in d.open_tasks if serves(by, t).ok]
    if not mine or excluded(by, d) or d.case.kind not in KINDS:
        raise Unseen("job", _("没有这个派单，或者已经不在您这里。"))
    return d, mine


def _working(number: str, by: Actor) -> tuple[Dossier, list[Task]]:
    """The same, all of it signed for."""
    d, mine = _mine(number, by)
    if any(t.state != State.SIGNED for t in mine):
        raise Refused("unsigned", _("请先签收。"))
    return d, mine


def _photos(
    d: Dossier, task: Task, photos: Sequence[Any], by: Actor, at: datetime, field: str = "photos"
) -> None:
    """No more than PHOTOS of one round by one unit, however they come."""
    if not photos:
        return
    kept = JobNote.objects.filter(
        case=d.case, round=d.case.round, body=task.body_id, sort=JobNote.Sort.PHOTO
    )
    if kept.count() + len(photos) > PHOTOS:
        raise _wrong(field, _("最多 %(n)d 张照片。") % {"n": PHOTOS})
    for source in photos:
        _photo(d, task, source, by, at, field)


def _photo(d: Dossier, task: Task, source: Any, by: Actor, at: datetime, field: str) -> None:
    """The picture alone, without where and with what it was taken."""
    try:
        kept = store(
            source, name=getattr(source, "name", "photo.jpg"), purpose="job",
            street=d.case.street, by=by, at=at, photograph=True,
        )  # fmt: skip
    except Invalid as wrong:
        raise of_file(wrong, getattr(source, "name", "photo.jpg"), field) from wrong
    _note(d, task, JobNote.Sort.PHOTO, by, at, file_id=kept.pk)


def _once(d: Dossier, task: Task, sort: str, by: Actor, at: datetime) -> None:
    known = JobNote.objects.filter(case=d.case, round=d.case.round, body=task.body_id, sort=sort)
    if not known.exists():
        _note(d, task, sort, by, at)


def _note(d: Dossier, task: Task, sort: str, by: Actor, at: datetime, **more: Any) -> None:
    assert by.account is not None  # whoever serves has an account
    JobNote.objects.create(
        street=d.case.street, case=d.case, round=d.case.round, body_id=task.body_id, sort=sort,
        at=at, by_id=by.account, **more,
    )  # fmt: skip
    record(
        street=d.case.street, stream=f"job:{task.pk}", act=str(sort), by=by, at=at,
        data={"case": d.case.number},
    )  # fmt: skip


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(field, sentence, (FieldError(field, sentence),))
