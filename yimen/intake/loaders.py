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
from yimen.cases.posting import draft as posting_text
from yimen.clock.queries import calendar_for
from yimen.intake.actions import Visit, Wanted, submit
from yimen.ledger.roots import fold_roots
from yimen.lib import time as clock
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import Problem
from yimen.matters.content import Field
from yimen.matters.queries import content_of, current
from yimen.people.models import Account, Party
from yimen.people.queries import by_document
from yimen.places.models import ServicePoint

WEEKS = 6
SEED = 20260901
CENTRES = {"31019900101": "clerk", "31019900102": "clerk2"}
POSTED = "mao", "civil-affairs-001"  # whose posting is out when the demonstration begins


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
        self.answers = _read("answers")
        self.wishes = {key: list(row["wants"]) for key, row in _read("visits").items()}
        self.people = _people()

    def live(self, until: datetime) -> None:
        """Every working day: submissions in the morning, work after lunch, the sweep at four."""
        day = until.date() - timedelta(weeks=WEEKS)
        while day <= until.date():
            if self.calendar.is_working(day):
                self._one_day(day, until)
            day += timedelta(days=1)
            if day.weekday() == 0:
                self.say(f"  {day}: {Case.objects.count()}")
        with clock.at(until):
            self._post_one()

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
        """Somebody with something left to ask for, one or two matters; nobody asks twice."""
        left = [key for key in sorted(self.wishes) if self.wishes[key]]
        if not left:
            return
        who = self.rng.choice(left)
        wanted = self.wishes[who][: self.rng.choice((1, 1, 1, 2))]
        self._submit(centre, username, who, {c: self.rng.random() < 0.85 for c in wanted})

    def _submit(self, centre: str, username: str, who: str, codes: dict[str, bool]) -> None:
        """One visit: matters, each with all its papers or without the essential ones."""
        self.wishes[who] = [code for code in self.wishes[who] if code not in codes]
        people = self.people[who]
        visit = Visit(
            centre=ServicePoint.objects.get(code=centre),
            channel="counter",
            applicant=people["applicant"],
            wanted=tuple(self._want(code, there, people) for code, there in codes.items()),
        )
        try:
            submit(visit, by=_actor(username), at=clock.now())
        except Problem:  # two of the cast's invented wishes may not fit together; others will
            return

    def _want(self, code: str, complete: bool, people: People) -> Wanted:
        matter = current(code)
        content = content_of(matter)
        given = tuple(
            Given(m.code, "original" if complete or not m.essential else "")
            for m in content.materials
        )
        facts = {
            field.key: _fact(field, self.answers[code][field.key], people)
            for field in content.fields
            if field.key in self.answers.get(code, {})
        }
        return Wanted(matter, facts, tuple(g for g in given if g.given))

    def _post_one(self) -> None:
        """One posting is out when the demonstration begins, so that an objection can be tried."""
        who, code = POSTED
        person = self.people[who]["applicant"]
        if code in self.wishes[who]:
            self._submit(*next(iter(CENTRES.items())), who, {code: True})
        case = Case.objects.filter(applicant=person, matter_code=code).latest("received_at")
        for _step in range(20):
            if Posting.objects.filter(case=case).exists():
                return
            self._work(load(case.number))

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


def _read(name: str) -> dict[str, Any]:
    source = settings.DATA / "demo" / f"{name}.json"
    return dict(json.loads(source.read_text(encoding="utf-8")))


People = dict[str, Party]  # "applicant", and "spouse" where there is one


def _people() -> dict[str, People]:
    """Who comes to the counter, with whom they mean in their answers, found by the document."""
    rows = {row["key"]: row for row in _read("people")["parties"]}

    def party(key: str) -> Party:
        row = rows[key]
        found = by_document(row["street"], row["id_type"], row["id_number"])
        assert found is not None, f"people.json has no party {key}"
        return found

    return {
        key: {
            role: party(named)
            for role, named in (("applicant", key), ("spouse", row.get("spouse", "")))
            if named
        }
        for key, row in _read("visits").items()
    }


def _actor(username: str) -> Actor:
    return actor_for(Account.objects.get(username=username), clock.today())


def _fact(field: Field, value: Any, people: People) -> Any:
    """An answer of the demonstration: days count from the day of the visit, and a person is
    whoever applies or the spouse."""
    if field.type == "date":
        return (clock.today() + timedelta(days=value)).isoformat()
    if field.type == "party":
        return str(people[value].pk)
    if field.type == "table":
        columns = {c.key: c for c in field.columns}
        return [{k: _fact(columns[k], v, people) for k, v in row.items()} for row in value]
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
    return _finish(task, d)


def _decision(rng: random.Random) -> tuple[str, dict[str, str]]:
    if rng.random() < 0.9:
        return "decide", {"outcome": "granted", "reason": "符合规定的条件。"}
    return "decide", {"outcome": "refused", "reason": "申报收入高于规定的标准。"}


def _delivery(d: Dossier) -> tuple[str, dict[str, str]]:
    if d.case.stage == Stage.DECIDED:
        return "deliver", {"way": "counter"}
    return "confirm", {"proof": "signature"}


def _finish(task: Task, d: Dossier) -> Step | None:
    args: dict[str, Any] = {"task": str(task.pk), "reason": "情况属实。"}
    if task.sort == "visit":
        args["visitors"] = ["officer", "officer2"]
    elif task.sort == "check":
        args |= {"consent": True, "answer": "match"}
    elif task.sort == "posting":
        posting = Posting.objects.filter(task=task).first()
        today = clock.today()
        if posting is None:
            said = {"text": posting_text(d, task), "ends_on": today + timedelta(days=7)}
            return task, "post", {"task": str(task.pk), **said}
        if today <= posting.ends_on:
            return None
    return task, "finish", args
