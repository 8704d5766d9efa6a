"""The help line for machines: a partner unit's own system lists its jobs, signs, returns, finishes.
The same questions and verbs as its pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from yimen.hotline import actions
from yimen.hotline import jobs as queries
from yimen.hotline.models import JobNote
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Invalid, Unseen
from yimen.lib.numbering import normal
from yimen.lib.time import local, now
from yimen.look.paging import page
from yimen.look.sessions import step_up

router = Router(tags=["jobs"])


class TaskOut(Schema):
    """A part of the job: `contact` (ring the caller first) or `handle` (do it)."""

    key: str
    state: str
    due_at: datetime | None


class JobOut(Schema):
    """A job. `what`, `where` and `person` (masked) only as long as it is in hand."""

    number: str
    state: str  # new | working | done
    need: str
    need_name: str
    place: str
    light: str | None
    due_at: datetime | None
    offered_at: datetime
    signed_at: datetime | None
    ended_at: datetime | None
    result: str | None
    what: str | None
    where: str | None
    person: dict[str, str] | None
    care: str | None  # what to mind before ringing the person up
    secret: bool
    tasks: list[TaskOut]


class JobList(Schema):
    items: list[JobOut]
    next: str | None


class ActIn(Schema):
    """`act`: sign, return (with `reason`), contacted, on_the_way, arrived, finish (with `done` and
    `text`)."""

    act: str
    reason: str = ""
    done: bool = True
    text: str = ""


class ReasonIn(Schema):
    reason: str


class PhotosOut(Schema):
    """How many photographs of this job are kept."""

    photos: int


class PhoneOut(Schema):
    phone: str


def _unit(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not queries.serves(actor):
        raise Unseen("unit")
    return actor


def _moment(at: datetime | None) -> datetime | None:
    return local(at) if at else None


def _out(job: queries.Job) -> dict[str, Any]:
    first, running = job.first, job.is_open
    return {
        "number": job.number, "state": job.state, "need": str(job.case.facts.get("need", "")),
        "need_name": job.need, "place": job.case.place, "light": job.clock.colour if running else None,
        "due_at": _moment(first.due_at) if running else None, "offered_at": _moment(first.offered_at),
        "signed_at": _moment(first.signed_at), "ended_at": _moment(first.ended_at),
        "result": job.result or None, "what": job.words["what"] or None,
        "where": job.words["where"] or None, "person": job.person or None, "care": job.care or None, "secret": job.secret,
        "tasks": [{"key": t.key, "state": t.state, "due_at": _moment(t.due_at)} for t in job.tasks],
    }  # fmt: skip


@router.get("unit/jobs", response=JobList, summary="The unit's jobs: open ones, or those done")
def list_jobs(request: HttpRequest, state: str = "open", cursor: str = "") -> dict[str, Any]:
    actor, at = _unit(request), now()
    if state == "open":
        return {"items": [_out(job) for job in queries.open_jobs(actor, at)], "next": None}
    if state != "done":
        text = _("“%(value)s”不是可以选择的值。") % {"value": state}
        raise Invalid("state", text, (FieldError("state", text, "open / done"),))
    rows = page(
        queries.done_tasks(actor), keys=("-ended_at", "-id"), cursor=cursor or None, count=False
    )
    jobs = queries.done_jobs(rows.items, at)
    return {"items": [_out(job) for job in jobs], "next": rows.next}


@router.get("unit/jobs/{number}", response=JobOut, summary="One job of the unit")
def get_job(request: HttpRequest, number: str) -> dict[str, Any]:
    return _out(queries.find(_unit(request), normal(number), now()))


@router.post("unit/jobs/{number}/acts", response=JobOut, summary="Sign, return, finish a job")
def act_on_job(request: HttpRequest, number: str, said: ActIn) -> dict[str, Any]:
    actor, number = _unit(request), normal(number)
    queries.find(actor, number, now())  # whoever may not know of it is told that, nothing else
    if said.act not in ACTS:
        text = _("没有“%(act)s”这个操作。") % {"act": said.act}
        raise Invalid("act", text, (FieldError("act", text, " / ".join(ACTS)),))
    ACTS[said.act](number, said, by=actor, at=now())
    return _out(queries.find(actor, number, now()))


@router.post(
    "unit/jobs/{number}/phone", response=PhoneOut, summary="The caller's number, on record"
)
def job_number(request: HttpRequest, number: str, said: ReasonIn) -> dict[str, str]:
    actor, number = _unit(request), normal(number)
    step_up(request)
    return {"phone": actions.reveal_phone(number, reason=said.reason, by=actor, at=now())}


@router.post(
    "unit/jobs/{number}/photos",
    response={201: PhotosOut},
    summary="A photograph of the work (multipart, field `photo`: JPEG or PNG), before it is finished",
)
def add_photo(
    request: HttpRequest, number: str, photo: UploadedFile | None = File(None)
) -> Status[dict[str, int]]:
    actor, number = _unit(request), normal(number)
    queries.find(actor, number, now())  # whoever may not know of it is told that, nothing else
    if photo is None:
        text = _("请选择一张照片。")
        raise Invalid("photo", text, (FieldError("photo", text, "multipart/form-data"),))
    actions.add_photo(number, photo, by=actor, at=now())
    return Status(201, {"photos": queries.find(actor, number, now()).photos})


def _sign(number: str, _said: ActIn, **who: Any) -> None:
    actions.sign_job(number, **who)


def _return(number: str, said: ActIn, **who: Any) -> None:
    actions.return_job(number, reason=said.reason, **who)


def _contacted(number: str, _said: ActIn, **who: Any) -> None:
    actions.contacted(number, **who)


def _way(number: str, _said: ActIn, **who: Any) -> None:
    actions.say_where(number, JobNote.Sort.WAY, **who)


def _there(number: str, _said: ActIn, **who: Any) -> None:
    actions.say_where(number, JobNote.Sort.THERE, **who)


def _finish(number: str, said: ActIn, **who: Any) -> None:
    actions.finish_job(number, done=said.done, text=said.text, **who)


ACTS: dict[str, Callable[..., None]] = {
    "sign": _sign, "return": _return, "contacted": _contacted, "on_the_way": _way,
    "arrived": _there, "finish": _finish,
}  # fmt: skip
