"""Questions of partner units: the jobs that lie with them, and what may be shown of each.

A job is what one unit has open on one request. While it is open the unit reads what it needs to do
it; when it is over, its number, need, dates and result. A unit sees no case: nothing here leads to
one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from yimen.bodies.models import Body
from yimen.cases.clocks import Shown, of_task
from yimen.cases.kind import kind
from yimen.cases.models import Case, Note, Task
from yimen.clock.queries import shelf
from yimen.files.models import File
from yimen.hotline.kinds import said
from yimen.hotline.models import AddedWords, Dispatch, HelpRequest, JobNote
from yimen.hotline.queries import KINDS
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import Unseen
from yimen.lib.masking import mask_name
from yimen.look.language import pick
from yimen.places.queries import names as place_names

MOST = 200  # open jobs of a unit that its list shows
PHOTOS = 4
NEW, WORKING, DONE = "new", "working", "done"


def serves(actor: Actor) -> bool:
    """Works for a partner unit."""
    return actor.kind == "partner" and actor.can(Can.SERVE)


def bodies(actor: Actor) -> frozenset[UUID]:
    return actor.bodies(Can.SERVE) if actor.kind == "partner" else frozenset()


def _tasks(actor: Actor) -> QuerySet[Task]:
    """Everything that lies or lay with the actor's unit, but nothing that complains of it."""
    mine = list(bodies(actor))
    rows = Task.objects.filter(body__in=mine, sort="review", case__kind__in=KINDS)
    return rows.exclude(case__excluded_bodies__overlap=[*actor.sides()]) if mine else rows.none()


@dataclass(frozen=True)
class Job:
    """One unit's work on one request, with what may be shown of it."""

    case: Case
    tasks: list[Task]  # the unit's own, open ones where there are any
    at: datetime
    place: str = ""  # the neighbourhood in words
    notes: list[JobNote] = field(default_factory=list)
    sent: Dispatch | None = None  # how it came to the unit, where the line sent it

    @property
    def given_at(self) -> datetime:
        """When it was given to this unit, which is later than the call where it went round."""
        return self.sent.at if self.sent else self.first.offered_at

    @property
    def sign_by(self) -> datetime | None:
        """Until when it is signed for; then it is taken back."""
        return self.sent.sign_by if self.sent and self.state == NEW else None

    @property
    def number(self) -> str:
        return self.case.number

    @property
    def need(self) -> str:
        return said(str(self.case.facts.get("need", "")))

    @property
    def is_open(self) -> bool:
        return any(t.state in Task.OPEN for t in self.tasks)

    @property
    def state(self) -> str:
        if not self.is_open:
            return DONE
        offered = any(t.state == Task.State.OFFERED for t in self.tasks)
        return NEW if offered else WORKING

    @cached_property
    def first(self) -> Task:
        """The most urgent of them; of what is over, the last."""
        if not self.is_open:
            return max(self.tasks, key=lambda t: t.ended_at or self.at)
        return min(self.tasks, key=_urgency)

    @cached_property
    def clock(self) -> Shown:
        return of_task(self.first, self.case, self.at, shelf())

    @property
    def words(self) -> dict[str, str]:
        """What is to be done and where: only while it is open."""
        facts = self.case.facts if self.is_open else {}
        return {name: str(facts.get(name, "")) for name in ("what", "where")}

    @property
    def added(self) -> list[AddedWords]:
        """What was learned later: as long as the words stand there."""
        return list(added_to(self.case)) if self.is_open else []

    @property
    def hurry(self) -> str:
        """Why somebody cannot wait."""
        row = HelpRequest.objects.filter(case=self.case).only("hurry").first()
        return row.hurry if row and self.is_open else ""

    @property
    def secret(self) -> bool:
        """The caller does not want to be known to whoever acts."""
        return bool(self.case.facts.get("secret"))

    @property
    def person(self) -> dict[str, str]:
        """Who asked, masked: from signing until it is over, and not of whoever wishes secrecy."""
        if self.state != WORKING or self.secret:
            return {}
        who = self.case.applicant
        return {"name": mask_name(who.name), "phone": who.phone_mask}

    @property
    def care(self) -> str:
        """What the caller asked to mind before being rung up: shown with the person, not longer."""
        return kind(self.case.kind).before_contact(self.case.facts) if self.person else ""

    @property
    def contact(self) -> Task | None:
        """The first contact, where it is this unit's."""
        return next((t for t in self.tasks if t.key == "contact" and t.state == "signed"), None)

    @property
    def result(self) -> str:
        """What became of it on the unit's side."""
        if self.is_open:
            return ""
        last = self.first
        if last.state == Task.State.FINISHED and last.verdict == "object":
            return _("没有办成")
        return str(last.get_state_display())

    def said(self, sort: str) -> JobNote | None:
        return next((n for n in self.notes if n.sort == sort), None)

    @property
    def photos(self) -> int:
        """How many photographs of the work are kept of this round."""
        return sum(n.sort == JobNote.Sort.PHOTO for n in self.notes)

    @property
    def steps(self) -> list[JobNote]:
        """How far it is, as the unit said, with the times."""
        return [n for n in self.notes if n.sort != JobNote.Sort.PHOTO]

    @property
    def way(self) -> JobNote | None:
        return self.said(JobNote.Sort.WAY)

    @property
    def there(self) -> JobNote | None:
        return self.said(JobNote.Sort.THERE)


def _urgency(task: Task) -> tuple[bool, Any, str]:
    return task.due_at is None, task.due_at or task.offered_at, str(task.pk)


def open_jobs(actor: Actor, at: datetime) -> list[Job]:
    """What lies with the unit now, the most urgent first."""
    rows = _tasks(actor).filter(state__in=Task.OPEN)
    found: dict[UUID, list[Task]] = {}
    for task in rows.select_related("case__applicant").order_by("due_at", "id")[:MOST]:
        found.setdefault(task.case_id, []).append(task)
    jobs = _jobs(found.values(), at)
    return sorted(jobs, key=lambda job: _urgency(job.first))


def done_tasks(actor: Actor) -> QuerySet[Task]:
    """The last ended task of each job that is over: one row a job, for a list in pages."""
    ended = _tasks(actor).filter(ended_at__isnull=False)
    same = Task.objects.filter(case=OuterRef("case"), body=OuterRef("body"), sort="review")
    later = Q(ended_at__gt=OuterRef("ended_at"))
    later |= Q(ended_at=OuterRef("ended_at"), pk__gt=OuterRef("pk"))
    over = ~Exists(same.filter(state__in=Task.OPEN)) & ~Exists(same.filter(later))
    return ended.filter(over).select_related("case__applicant")


def done_jobs(tasks: Iterable[Task], at: datetime) -> list[Job]:
    return _jobs(([task] for task in tasks), at)


def find(actor: Actor, number: str, at: datetime) -> Job:
    """The job of that number, as far as it is the unit's: what is open, or else the last that was.
    Whoever else asks is not told that there is one."""
    rows = _tasks(actor).filter(case__number=number).select_related("case__applicant", "body")
    tasks = list(rows.order_by("id"))
    if not tasks:
        raise Unseen("job", _("没有这个派单。"))
    running = [t for t in tasks if t.state in Task.OPEN]
    kept = running or [max(tasks, key=lambda t: (t.ended_at or at, str(t.pk)))]
    case = kept[0].case
    notes = JobNote.objects.filter(case=case, round=kept[0].round, body__in=bodies(actor))
    notes = notes.select_related("file").order_by("at", "id") if running else notes.none()
    return _jobs([kept], at, list(notes))[0]


def _jobs(
    groups: Iterable[list[Task]], at: datetime, notes: list[JobNote] | None = None
) -> list[Job]:
    grouped = list(groups)
    places = place_names(tasks[0].case.place for tasks in grouped)
    sent = _sent([tasks[0] for tasks in grouped])
    return [
        Job(
            tasks[0].case, tasks, at, pick(places.get(tasks[0].case.place, {})), notes or [],
            sent.get((tasks[0].case_id, tasks[0].body_id, tasks[0].round)),
        )
        for tasks in grouped
    ]  # fmt: skip


def _sent(tasks: list[Task]) -> dict[tuple[UUID, UUID, int], Dispatch]:
    """The last dispatch of each request to the unit in that round: one query for a list."""
    rows = Dispatch.objects.filter(
        request__case__in={t.case_id for t in tasks}, body__in={t.body_id for t in tasks}
    )
    named = rows.annotate(of=F("request__case")).order_by("number")
    return {(made.of, made.body_id, made.round): made for made in named}  # type: ignore[attr-defined,misc]


def unit_name(actor: Actor) -> str:
    """The unit that one works for, in the reader's language."""
    found = Body.objects.filter(pk__in=bodies(actor)).order_by("code").first()
    return pick({"zh": found.name, "en": found.name_en}) if found else ""


def notes_of(case: Case) -> QuerySet[JobNote]:
    """How far partner units are, for whoever reads the request in full."""
    return JobNote.objects.filter(case=case).select_related("body", "file").order_by("at", "id")


def added_to(case: Case) -> QuerySet[AddedWords]:
    return AddedWords.objects.filter(request__case=case).order_by("at", "id")


def findings(case: Case) -> list[dict[str, Any]]:
    """What others than the body in charge found or did in this round, in their own words; said of
    two tasks at once it stands once."""
    rows = Note.objects.filter(case=case, sort="finding", task__round=case.round).exclude(body="")
    rows = rows.exclude(task__body=case.lead_id).select_related("task__body").order_by("seq")
    found: dict[tuple[Any, str], dict[str, Any]] = {}
    for row in rows:
        task = row.task
        if task is not None:
            one = {"at": row.written_at, "body": task.body, "text": row.body}
            one["failed"] = task.verdict == "object"
            found.setdefault((task.body_id, row.body), one)
    return list(found.values())


def photo(notes: Iterable[JobNote], file: UUID) -> File:
    """A photograph among these notes."""
    found = next((n.file for n in notes if n.file_id == file), None)
    if found is None or found.erased_at is not None:
        raise Unseen("photo")
    return found
