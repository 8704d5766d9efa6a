"""Questions about bridges: what was recorded, for whom, and what has no answer yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yimen.bridges.models import System
from yimen.cases.models import Case, Stage, Task
from yimen.cases.queries import visible_to as cases_visible_to
from yimen.clock.queries import calendar_for
from yimen.ledger.models import Entry, Errand
from yimen.lib import actor as actors
from yimen.lib.actor import Actor, Can
from yimen.lib.time import ZONE, local
from yimen.notices.models import Message

AT_ONCE = 1000


def visible_to(actor: Actor) -> QuerySet[System]:
    """Administrators and coordinators: their street's systems; offices: those of their bodies."""
    systems = System.objects.select_related("body").order_by("code")
    if actor.kind == "system":
        return systems
    if actor.can(Can.ADMIN, Can.COORDINATE, Can.DIRECT, Can.AUDIT):
        return systems.filter(street=actor.street)
    return systems.filter(street=actor.street, body_id__in=actor.bodies(Can.HANDLE, Can.HEAD))


def recorded(since: datetime, until: datetime) -> Iterator[list[Entry]]:
    """Entries about cases that were recorded in this stretch, oldest first, some at a time: after
    a long night there are many, and none may be left out."""
    entries = Entry.objects.filter(
        recorded_at__gte=since, recorded_at__lt=until, stream__startswith="case:"
    ).order_by("recorded_at", "stream", "seq")
    rows = entries.iterator(chunk_size=AT_ONCE)
    while some := list(islice(rows, AT_ONCE)):
        yield some


def bodies_of(numbers: Iterable[str]) -> dict[str, set[UUID]]:
    """Which bodies lead or have a task in these cases, two queries."""
    found: dict[str, set[UUID]] = defaultdict(set)
    cases = Case.objects.filter(number__in=list(numbers))
    for number, lead in cases.values_list("number", "lead_id"):
        found[number].add(lead)
    tasks = Task.objects.filter(case__in=cases).values_list("case__number", "body_id")
    for number, body in tasks:
        found[number].add(body)
    return found


def summary(number: str) -> dict[str, Any]:
    """What an event says about its case: codes and dates."""
    case = Case.objects.get(number=number)
    return {
        "number": case.number, "matter": case.matter_code, "state": case.stage,
        "ending": case.ending or None, "version": case.version,
        "statutory_due_on": str(case.statutory_due_on) if case.statutory_due_on else None,
        "promised_due_on": str(case.promised_due_on) if case.promised_due_on else None,
        "href": f"/api/v1/cases/{case.number}",
    }  # fmt: skip


def to_copy_out(actor: Actor, system: System) -> QuerySet[Case]:
    """Cases with open work of a closed system's body that its system does not know yet."""
    return at_work_there(actor, system).filter(external_number="")


def copied_out(actor: Actor, system: System) -> QuerySet[Case]:
    """Cases that the closed system knows by a number of its own."""
    return at_work_there(actor, system).exclude(external_number="")


def answer_due_before(system: System, at: datetime) -> datetime:
    """What was offered before this moment should have had its answer: the system's working days
    are over."""
    calendar = calendar_for(system.street).provisional
    day = calendar.nth_before(local(at).date() + timedelta(days=1), system.answer_days + 1)
    return datetime.combine(day, time.min, ZONE)


def silence(system: System, at: datetime) -> Q:
    """Tasks without an answer. An open system answers by signing; of a closed one we know that
    the case was copied out, and that its task still waits."""
    due = Q(body=system.body_id, offered_at__lt=answer_due_before(system, at))
    if system.sort == System.Sort.OPEN:
        return due & Q(state=Task.State.OFFERED)
    return due & Q(state__in=Task.OPEN) & ~Q(case__external_number="")


def unanswered(actor: Actor, system: System, at: datetime) -> QuerySet[Case]:
    """Cases of the system's body that have had no answer for longer than it may take."""
    silent = Task.objects.filter(silence(system, at), case=OuterRef("pk"))
    return at_work_there(actor, system).filter(Exists(silent))


def told_key(system: System, number: str) -> str:
    """Under this key the silence about a case is told; once written it is not told again."""
    return f"bridge.no_answer:{system.pk}:{number}"


def untold(system: System, at: datetime) -> list[str]:
    """Numbers of cases without an answer whose silence nobody has been told of."""
    found = unanswered(actors.system(system.street), system, at)
    numbers = list(found.values_list("number", flat=True))
    keys = {told_key(system, number): number for number in numbers}
    told = Message.objects.filter(street=system.street, key__in=keys)
    done = set(told.values_list("key", flat=True))
    return [number for key, number in keys.items() if key not in done]


def at_work_there(actor: Actor, system: System) -> QuerySet[Case]:
    """Open cases with work of the system's body that the actor may see, the oldest first."""
    mine = Task.objects.filter(case=OuterRef("pk"), body=system.body, state__in=Task.OPEN)
    cases = cases_visible_to(actor).exclude(stage=Stage.CLOSED).filter(Exists(mine))
    return cases.select_related("matter").order_by("received_at", "id")


def deliveries(system: System) -> QuerySet[Errand]:
    """What was sent to a system or waits to be, newest first."""
    return Errand.objects.filter(name="bridges.deliver", key__startswith=f"{system.pk}:").order_by(
        "-queued_at", "-id"
    )


def failures(systems: Iterable[System]) -> dict[UUID, int]:
    """How many deliveries have failed for good, by system: one query."""
    ids = [system.pk for system in systems]
    failed = Errand.objects.filter(
        name="bridges.deliver", state=Errand.State.FAILED, payload__system__in=[str(i) for i in ids]
    )
    rows = failed.order_by().values_list("payload__system").annotate(n=Count("pk"))
    return {UUID(system): n for system, n in rows}


def silent_counts(actor: Actor, systems: Iterable[System], at: datetime) -> dict[UUID, int]:
    """How many cases each system has not answered, of those the actor may see: one query."""
    named = {f"s{n}": system for n, system in enumerate(systems)}
    if not named:
        return {}
    open_cases = cases_visible_to(actor).exclude(stage=Stage.CLOSED)
    tasks = Task.objects.filter(state__in=Task.OPEN, case__in=open_cases.values("pk")).order_by()
    counts = tasks.aggregate(
        **{
            name: Count("case", filter=silence(system, at), distinct=True)
            for name, system in named.items()
        }
    )
    return {system.pk: counts[name] for name, system in named.items()}
