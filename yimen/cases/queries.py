"""Questions about cases. Every door (list, count, search, export, page, API) asks these."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.array import ArrayOverlap  # type: ignore[attr-defined]
from django.db.models import OuterRef, Q, QuerySet, UUIDField, Value

from yimen.bodies.models import Body
from yimen.cases.dossier import Dossier
from yimen.cases.kind import at_every_counter
from yimen.cases.models import Case, Stage, Task
from yimen.cases.perms import STREET_WIDE, WORKING
from yimen.ledger.models import Entry
from yimen.lib.actor import Actor, Can
from yimen.lib.time import today
from yimen.people.queries import mandates_of_agent, records_of_actor


def visible_to(actor: Actor) -> QuerySet[Case]:
    """The cases whose existence the actor may know of.

    Residents: what they applied for, or handed in under a mandate that still holds. Counters: what
    was handed in or is accepted at their centre, and of kinds that are one for the street (a help
    line) all. Offices: what they lead or have (had) a task in.
    Directors, coordinators, supervisors and auditors: their street. Never a body that is complained of (GOV-3).
    """
    if actor.kind == "system":
        return Case.objects.all()
    if not actor.signed_in:
        return Case.objects.none()
    return Case.objects.filter(_sight(actor)).exclude(_conflict(actor))


def _sight(actor: Actor) -> Q:
    sight = Q(pk__in=[])
    if actor.party is not None:
        sight |= _own(actor, actor.party)
    if actor.can(*STREET_WIDE):
        return sight | Q(street=actor.street)
    offices = actor.bodies(*WORKING)
    if offices:
        sight |= Q(lead_id__in=offices) | Q(_worked_by(offices))
    counters = actor.bodies(Can.INTAKE)
    if counters:
        bodies = Body.objects.filter(id__in=counters, service_point__isnull=False)
        points = list(bodies.values_list("service_point_id", flat=True))
        sight |= Q(centre_id__in=points) | Q(accepting_id__in=points)
        sight |= Q(street=actor.street, kind__in=at_every_counter())
    return sight


def _worked_by(offices: Collection[UUID]) -> ArrayOverlap:
    """Has one of these bodies (had) a task in the case? Asked case by case, along the order of a
    list: with EXISTS among other conditions the database would first gather every case that the
    bodies ever worked on."""
    bodies = ArraySubquery(Task.objects.filter(case_id=OuterRef("pk")).values("body_id"))
    return ArrayOverlap(bodies, Value(list(offices), ArrayField(UUIDField())))


def _own(actor: Actor, person: UUID) -> Q:
    """What a person applied for, and what they handed in for somebody whose mandate they hold
    today: when it has ended, what became of the visit is no longer their business."""
    mine = records_of_actor(actor)
    held = mandates_of_agent(person, today()).values("principal")
    return Q(applicant_id__in=mine) | Q(presenter_id__in=mine, applicant_id__in=held)


def _conflict(actor: Actor) -> Q:
    sides = list(actor.sides())
    return Q(excluded_bodies__overlap=sides) if sides else Q(pk__in=[])


def hidden_from(actor: Actor) -> QuerySet[Case, Any]:
    """The numbers of cases that complain of the actor or a body of theirs (settings.YIMEN_HIDDEN)."""
    return Case.objects.filter(_conflict(actor)).values("number")


def worklist_bodies(actor: Actor) -> frozenset[UUID]:
    """The bodies whose open tasks are the actor's work."""
    return actor.bodies(Can.HANDLE, Can.DECIDE, Can.HEAD, Can.INTAKE)


def worklist(actor: Actor) -> QuerySet[Task]:
    """Open tasks of the actor's bodies, the most urgent first (a page of them: urgent.py)."""
    bodies = worklist_bodies(actor)
    return (
        Task.objects.filter(body_id__in=bodies, state__in=Task.OPEN)
        .exclude(case__excluded_bodies__overlap=list(actor.sides()))
        .select_related("case", "case__matter", "case__applicant", "body", "assignee")
        .order_by("due_at", "id")
    )


def with_light(cases: QuerySet[Case], light: str, at: datetime) -> QuerySet[Case]:
    """Only the cases whose light is this now."""
    cases = cases.exclude(stage=Stage.CLOSED).filter(due_at__isnull=False)
    if light == "red":
        return cases.filter(due_at__lt=at)
    if light == "yellow":
        return cases.filter(due_at__gte=at, yellow_at__lte=at)
    return cases.filter(yellow_at__gt=at)


def due_not_warned(at: datetime) -> int:
    """Open cases whose next action is more than ten minutes late: the sweep did not come."""
    late = at - timedelta(minutes=10)
    return Case.objects.filter(next_action_at__lt=late).exclude(stage=Stage.CLOSED).count()


def outdated(version: int) -> QuerySet[Case]:
    """Open cases reckoned under an older calendar."""
    return Case.objects.exclude(stage=Stage.CLOSED).filter(calendar_version__lt=version)


def open_tasks_of(case: Case) -> QuerySet[Task]:
    return Task.objects.filter(case=case, state__in=Task.OPEN)


def wished(d: Dossier) -> str:
    """How the applicant wishes to get the result: one of the matter's ways, "" when not said."""
    stream = f"case:{d.case.number}"
    first = Entry.objects.filter(street=d.case.street, stream=stream, act="receive").first()
    return str(json.loads(first.data).get("wish", "")) if first else ""
