"""The demonstration's cases: six weeks of an affairs centre, lived day by day through the acts.

Nothing is written around the engine: each submission, signature and decision is an act of one of
the cast at its own moment, so numbers, terms, lights, warnings and the record are as they would be.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from yimen.bodies.queries import actor_for, holders_of
from yimen.cases import ticks
from yimen.cases.actions import Given, perform
from yimen.cases.dossier import Dossier, load
from yimen.cases.models import Case, Posting, Stage, Task
from yimen.clock.queries import calendar_for
from yimen.intake.actions import Visit, Wanted, submit
from yimen.ledger.roots import fold_roots
from yimen.lib import time as clock
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import Problem
from yimen.matters.content import Content, Field
from yimen.matters.queries import content_of, current
from yimen.people.models import Account, Party
from yimen.people.queries import by_document
from yimen.places.models import ServicePoint

WEEKS = 6
SEED = 20260901
CENTRES = {"31019900101": "clerk", "31019900102": "clerk2"}
# what is asked for most often, and one of each shape of work
MATTERS = (
    "social-card-006", "social-card-001", "civil-affairs-001", "civil-affairs-006",
    "civil-affairs-009", "medical-insurance-007", "employment-013", "public-security-001",
    "household-registration-002", "housing-001", "business-registration-006", "groups-001",
    "disability-001", "health-002", "employment-001", "medical-insurance-001",
)  # fmt: skip
APPLICANTS = ("resident", "resident2", "mother", "neighbour", "twin", "returning")


def demo(*_paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """Live six weeks of the demo centre up to now, once. Returns how many cases there are."""
    if Case.objects.exists():
        return 0
    story = Story(random.Random(SEED), say)
    story.live(clock.now())
    fold_roots()
    return Case.objects.count()


class Story:
    """Whoever acts, acts with the powers of their seat on that day."""

    def __init__(self, rng: random.Random, say: Callable[[str], None]) -> None:
        self.rng, self.say = rng, say
        self.calendar = calendar_for("310199001").provisional
        self.parties = _parties()
        self.answers = json.loads((settings.DATA / "demo" / "answers.json").read_text("utf-8"))

    def live(self, until: datetime) -> None:
        """Every working day: submissions in the morning, work after lunch, the sweep at four."""
        day = until.date() - timedelta(weeks=WEEKS)
        while day <= until.date():
            if self.calendar.is_working(day):
                self._one_day(day, until)
            day += timedelta(days=1)
            if day.weekday() == 0:
                self.say(f"  {day}: {Case.objects.count()}")

    def _one_day(self, day: date, until: datetime) -> None:
        for hour, part in ((9, self._morning), (13, self._afternoon), (16, self._sweep)):
            moment = datetime.combine(day, time(hour, self.rng.randrange(60)), until.tzinfo)
            if moment < until:
                with clock.at(moment):
                    part()

    def _sweep(self) -> None:
        ticks.sweep(clock.now())

    def _morning(self) -> None:
        for centre, username in CENTRES.items():
            for _n in range(self.rng.choice((0, 1, 1, 2))):
                self._visit(centre, username)

    def _visit(self, centre: str, username: str) -> None:
        codes = self.rng.sample(MATTERS, self.rng.choice((1, 1, 1, 2)))
        complete = [self.rng.random() < 0.85 for _code in codes]
        applicant = self.parties[self.rng.choice(sorted(self.parties))]
        pairs = zip(codes, complete, strict=True)
        visit = Visit(
            centre=ServicePoint.objects.get(code=centre),
            channel="counter",
            applicant=applicant,
            wanted=tuple(self._want(code, all_there, applicant) for code, all_there in pairs),
        )
        try:
            submit(visit, by=_actor(username), at=clock.now())
        except Problem:  # two of the cast's invented wishes may not fit together; others will
            return

    def _want(self, code: str, complete: bool, applicant: Party) -> Wanted:
        matter = current(code)
        content = content_of(matter)
        given = tuple(
            Given(m.code, "original" if complete or not m.essential else "")
            for m in content.materials
        )
        facts = {
            field.key: _fact(field, self.answers[code][field.key], applicant)
            for field in content.fields
            if field.key in self.answers.get(code, {})
        }
        return Wanted(matter, facts, tuple(g for g in given if g.given))

    def _afternoon(self) -> None:
        cases = Case.objects.exclude(stage=Stage.CLOSED).order_by("received_at")
        for number in list(cases.values_list("number", flat=True)):
            if self.rng.random() < 0.55:
                self._work(load(number))

    def _work(self, d: Dossier) -> None:
        """One step of one case, by whoever may take it."""
        step = _next_act(d, self.rng)
        if step is None:
            return
        task, act, args = step
        for actor in _workers(task):
            try:
                perform(d.case.number, act, by=actor, **args)
            except Problem:
                continue
            return


def _parties() -> dict[str, Party]:
    """The applicants of the cast by their key, found again by their document."""
    source = settings.DATA / "demo" / "people.json"
    rows = json.loads(source.read_text(encoding="utf-8"))["parties"]
    found = {
        row["key"]: by_document(row["street"], row["id_type"], row["id_number"])
        for row in rows
        if row["key"] in APPLICANTS
    }
    return {key: party for key, party in found.items() if party is not None}


def _actor(username: str) -> Actor:
    return actor_for(Account.objects.get(username=username), clock.today())


def _fact(field: Field, value: Any, applicant: Party) -> Any:
    """An answer of the demonstration: days count from the day of the visit, and the person meant
    is whoever applies."""
    if field.type == "date":
        return (clock.today() + timedelta(days=value)).isoformat()
    if field.type == "party":
        return str(applicant.pk)
    if field.type == "table":
        columns = {c.key: c for c in field.columns}
        return [{k: _fact(columns[k], v, applicant) for k, v in row.items()} for row in value]
    return value


def _workers(task: Task) -> list[Actor]:
    """Those who may work for the task's body today."""
    accounts = holders_of(task.body_id, (Can.DECIDE, Can.HANDLE, Can.INTAKE, Can.HEAD))
    return [actor_for(a, clock.today()) for a in Account.objects.filter(pk__in=accounts)]


Step = tuple[Task, str, dict[str, Any]]


def _next_act(d: Dossier, rng: random.Random) -> Step | None:
    tasks = d.open_tasks
    if not tasks or d.held:
        return None
    if d.case.stage == Stage.SUPPLEMENTING:
        return (tasks[0], "supplied", {}) if rng.random() < 0.4 else None
    simple = {"accept": ("accept", {}), "decide": _decision(rng), "deliver": _delivery(d)}
    for task in tasks:
        if task.sort in simple:
            act, args = simple[task.sort]
            return task, act, dict(args)
    task = rng.choice(tasks)
    if task.state == Task.State.OFFERED and rng.random() < 0.6:
        return task, "sign", {"task": str(task.pk)}
    return _finish(task, d.content)


def _decision(rng: random.Random) -> tuple[str, dict[str, str]]:
    if rng.random() < 0.9:
        return "decide", {"outcome": "granted", "reason": "符合规定的条件。"}
    return "decide", {"outcome": "refused", "reason": "申报收入高于规定的标准。"}


def _delivery(d: Dossier) -> tuple[str, dict[str, str]]:
    if d.case.stage == Stage.DECIDED:
        return "deliver", {"way": "counter"}
    return "confirm", {"proof": "signature"}


def _finish(task: Task, content: Content) -> Step | None:
    args: dict[str, Any] = {"task": str(task.pk), "reason": "情况属实。"}
    if task.sort == "visit":
        args["visitors"] = ["officer", "officer2"]
    elif task.sort == "check":
        args |= {"consent": True, "answer": "match"}
    elif task.sort == "posting":
        posting = Posting.objects.filter(task=task).first()
        today = clock.today()
        if posting is None:
            text = "拟给予待遇的名单公示，如有异议请在公示期内提出。"
            ends = today + timedelta(days=7)
            return task, "post", {"task": str(task.pk), "text": text, "ends_on": ends}
        if today <= posting.ends_on:
            return None
    return task, "finish", args
