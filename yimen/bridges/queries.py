"""Questions about bridges: what was recorded, for whom, and what has no answer yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from yimen.bridges.models import System
from yimen.cases.models import Case, Stage, Task
from yimen.cases.queries import visible_to as cases_visible_to
from yimen.ledger.models import Entry, Errand
from yimen.lib.actor import Actor, Can

MOST = 5000


def visible_to(actor: Actor) -> QuerySet[System]:
    """Administrators and coordinators: their street's systems; offices: those of their bodies."""
    systems = System.objects.select_related("body").order_by("code")
    if actor.kind == "system":
        return systems
    if actor.can(Can.ADMIN, Can.COORDINATE, Can.DIRECT, Can.AUDIT):
        return systems.filter(street=actor.street)
    return systems.filter(street=actor.street, body_id__in=actor.bodies(Can.HANDLE, Can.HEAD))


def recorded(since: datetime, until: datetime) -> list[Entry]:
    """Entries about cases that were recorded in this stretch, oldest first."""
    entries = Entry.objects.filter(
        recorded_at__gte=since, recorded_at__lt=until, stream__startswith="case:"
    )
    return list(entries.order_by("recorded_at", "stream", "seq")[:MOST])


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
    return _open_there(actor, system).filter(external_number="")


def unanswered(actor: Actor, system: System, since: datetime) -> QuerySet[Case]:
    """Cases that were copied out and have had no act for longer than the system may take."""
    recent = Task.objects.filter(case=OuterRef("pk"), body=system.body, offered_at__lt=since,
                                 state__in=Task.OPEN)  # fmt: skip
    return _open_there(actor, system).exclude(external_number="").filter(Exists(recent))


def _open_there(actor: Actor, system: System) -> QuerySet[Case]:
    mine = Task.objects.filter(case=OuterRef("pk"), body=system.body, state__in=Task.OPEN)
    cases = cases_visible_to(actor).exclude(stage=Stage.CLOSED).filter(Exists(mine))
    return cases.select_related("matter").order_by("received_at", "id")


def deliveries(system: System) -> QuerySet[Errand]:
    """What was sent to a system or waits to be, newest first."""
    return Errand.objects.filter(name="bridges.deliver", key__startswith=f"{system.pk}:").order_by(
        "-queued_at", "-id"
    )
