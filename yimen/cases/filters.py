"""Filters of the list of cases: what one may choose, and the rows that fit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yimen.bodies.models import Body
from yimen.cases.models import Case, Stage, Task
from yimen.cases.queries import visible_to, with_light
from yimen.cases.second import behind
from yimen.lib.actor import Actor, Can
from yimen.lib.numbering import normal
from yimen.lib.time import ZONE
from yimen.look.forms import DateField, FilterForm
from yimen.look.language import pick
from yimen.matters.models import MatterVersion
from yimen.people import perms as people
from yimen.people.models import Party
from yimen.people.queries import records_of
from yimen.people.queries import visible_to as people_visible_to

EVERY = [("", _("全部"))]
LIGHTS = [("red", _("逾期")), ("yellow", _("临期")), ("green", _("正常"))]
SCOPES = [("mine", _("我经办的")), ("body", _("本单位有任务的")), ("centre", _("本中心收件的"))]
SORTS = [("", _("最新收件")), ("due", _("最急的在前"))]


class CaseFilter(FilterForm):
    """What the list can be narrowed by; the words of the address are its fields."""

    q = forms.CharField(label=_("编号、姓名或事项"), max_length=100)
    state = forms.ChoiceField(
        label=_("进展"), choices=[*EVERY, ("open", _("未办结")), *Stage.choices]
    )
    light = forms.ChoiceField(label=_("灯"), choices=[*EVERY, *LIGHTS])
    scope = forms.ChoiceField(label=_("范围"), choices=[*EVERY, *SCOPES])
    body = forms.ChoiceField(label=_("承办单位"))
    matter = forms.CharField(label=_("事项代码"), max_length=64)
    due_before = DateField(label=_("到期早于"))
    sort = forms.ChoiceField(label=_("排序"), choices=SORTS)
    person = forms.UUIDField(widget=forms.HiddenInput)  # from a person's page: all their records

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [*EVERY, *body_choices(actor)]  # type: ignore[attr-defined]


def body_choices(actor: Actor) -> list[tuple[str, str]]:
    """The bodies of the actor's street that can have tasks."""
    sorts = (Body.Sort.CENTRE, Body.Sort.BACK_OFFICE, Body.Sort.LEADING_GROUP)
    found = Body.objects.filter(street=actor.street, sort__in=sorts, active_until=None)
    return [(b.code, pick({"zh": b.name, "en": b.name_en})) for b in found.order_by("sort", "code")]


def narrow(actor: Actor, chosen: dict[str, Any], at: datetime) -> QuerySet[Case]:
    """The cases that the actor may see and that fit what was chosen."""
    return fitting(visible_to(actor), actor, chosen, at)


def fitting(
    cases: QuerySet[Case], actor: Actor, chosen: dict[str, Any], at: datetime
) -> QuerySet[Case]:
    """Those of `cases` that fit what was chosen."""
    state = chosen.get("state")
    if state == "open":
        cases = cases.exclude(stage=Stage.CLOSED)
    elif state:
        cases = cases.filter(stage=state)
    if chosen.get("light"):
        cases = with_light(cases, chosen["light"], at)
    if chosen.get("scope"):
        cases = cases.filter(_scope(actor, chosen["scope"]))
    if chosen.get("body"):
        bodies = Body.objects.filter(code=chosen["body"], street__in=[actor.street, "0"])
        cases = cases.filter(pk__in=_open_tasks().filter(body__in=bodies).values("case_id"))
    if chosen.get("matter"):
        cases = cases.filter(matter_code=chosen["matter"])
    if chosen.get("due_before"):
        midnight = datetime.combine(chosen["due_before"], time.min, ZONE)
        cases = cases.exclude(stage=Stage.CLOSED).filter(due_at__lt=midnight)
    if chosen.get("person"):
        cases = cases.filter(applicant__in=records_of(chosen["person"]))
    if chosen.get("q"):
        cases = cases.filter(by_words(actor, chosen["q"]))
    if chosen.get("sort") == "due":
        cases = cases.filter(due_at__isnull=False)
    return cases


def _open_tasks() -> QuerySet[Task]:
    return Task.objects.filter(state__in=Task.OPEN)


def _scope(actor: Actor, scope: str) -> Q:
    if scope == "mine":
        return Q(pk__in=_open_tasks().filter(assignee=actor.account).values("case_id"))
    if scope == "body":
        return Q(pk__in=_open_tasks().filter(body__in=actor.bodies()).values("case_id"))
    counters = actor.bodies(Can.INTAKE, Can.DIRECT, Can.COORDINATE)
    points = Body.objects.filter(pk__in=counters).values("service_point_id")
    return Q(centre_id__in=points)


def by_words(actor: Actor, text: str, *, names: bool = True) -> Q:
    """An exact number of any kind, the start of a matter's name or (with `names`) of a person's.
    Never a search in the middle of a number: that could use no index.

    Who and what is meant is asked first. Left inside the list's condition, words that fit nothing
    would make the database walk through every case of the actor to find out.
    """
    text = text.strip()
    plain = normal(text)
    if plain.isdigit():
        theirs = Q(external_number=text) | Q(pk__in=list(_second(text)))
        return Q(number=plain) | Q(enquiry_no=plain) | theirs
    strange = Case.objects.filter(external_number=text).exclude(external_number="")
    meant = MatterVersion.objects.filter(
        Q(matter__code=text) | Q(name__startswith=text) | Q(name_en__istartswith=text)
    )
    found = Q(pk__in=[*strange.values_list("pk", flat=True), *_second(text)])
    found |= Q(matter__in=list(meant.values_list("pk", flat=True)))
    if names and people.may_see_all_of(actor, actor.street):
        found |= Q(applicant__in=_named(actor.street, text))
    return found


def _second(text: str) -> Iterable[UUID]:
    """Cases that another system knows by this number."""
    return behind(text).values_list("case_id", flat=True)[:20]


FEW = 300


def _named(street: str, text: str) -> Any:
    """The people whose name begins so: few of them by their ids, so that their cases are looked
    up; of many the list finds a page soon by itself."""
    named = Party.objects.filter(street=street, name__startswith=text).order_by().values("pk")
    ids = list(named.values_list("pk", flat=True)[: FEW + 1])
    return ids if len(ids) <= FEW else named


def person_chosen(actor: Actor, chosen: dict[str, Any]) -> Party | None:
    """Whose cases the list is narrowed to, as far as the actor may know of them."""
    if not chosen.get("person"):
        return None
    return people_visible_to(actor).filter(pk=chosen["person"]).first()
