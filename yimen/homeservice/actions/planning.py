"""A day's routes: who goes where in which order, and what changes about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yimen.bodies.models import Body
from yimen.custody.actions import carry
from yimen.custody.models import Paper
from yimen.homeservice import perms, queries, rules
from yimen.homeservice.actions.record import (
    lock_route,
    lock_stop,
    lock_visit,
    lock_visits,
    put_visit,
    say,
    write_down,
    write_route,
)
from yimen.homeservice.models import Carried, Route, Stop, Visit, Visitor
from yimen.ledger import rows
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Invalid, Refused, Unseen
from yimen.lib.ids import new_id
from yimen.lib.time import local
from yimen.notices.actions import tell
from yimen.people.models import Account
from yimen.places.models import ServicePoint


@together()
def plan(
    centre: ServicePoint, *, day: date, half: str, going: Sequence[UUID], visits: Sequence[UUID],
    by: Actor, at: datetime,
) -> Route:  # fmt: skip
    """Put visits on a route of one half day, in the order of their houses, for these members of staff
    (the first is the agent of the mandates). Raises Invalid with the field that does not fit."""
    body = queries.body_of(centre)
    if body is None or not perms.keeps(by, body.pk):
        raise Unseen("centre", _("没有这个服务中心。请核对代码。"))
    if day < local(at).date() or half not in queries.HOURS:
        _wrong("day", _("这一天已经过去。"), _("请选今天或以后的一天。"))
    people = _people(body, going, day, half)
    route = Route(
        id=new_id(),
        street=centre.street,
        centre=centre,
        body=body,
        day=day,
        half=half,
        planned_at=at,
    )
    rows.insert(
        Route, [{f.attname: getattr(route, f.attname) for f in Route._meta.concrete_fields}]
    )
    _send_out(route, people)
    found = _visits(body, visits, people)
    _stops(route, found)
    write_route(
        route, "plan", by=by, at=at,
        going=[str(p.pk) for p in people], visits=[str(v.pk) for v in found],
    )  # fmt: skip
    for visit in found:
        put_visit(
            visit, "schedule", by=by, at=at, state=Visit.State.SCHEDULED,
            changes=visit.changes + 1,
        )  # fmt: skip
        say(visit, "scheduled", by=by, at=at, route=route)
    _tell_going(route, people, by, at)
    return route


def _wrong(field: str, sentence: str, remedy: str) -> None:
    raise Invalid(field, sentence, (FieldError(field, sentence, remedy),))


def _people(body: Body, going: Sequence[UUID], day: date, half: str) -> list[Account]:
    """Who goes, locked in one order so that two planners cannot send one person twice."""
    wanted = list(dict.fromkeys(going))
    least = settings.YIMEN_HOME_SERVICE["people"]
    if not least <= len(wanted) <= 2:
        text = ngettext("要有 %(n)d 个人去。", "要有 %(n)d 个人去。", least) % {"n": least}
        _wrong("going" if not wanted else "second", text, _("请选择上门的工作人员，最多两人。"))
    able = {a.pk: a for a in queries.who_can_go(body, day)}
    if not set(wanted) <= set(able):
        _wrong("going", _("有人那天不在岗，或者没有登记姓名。"), _("请换一个人。"))
    list(Account.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))
    clash = queries.busy(wanted, queries.span(day, half))
    if clash:
        name = clash[0].account.party.name if clash[0].account.party else ""
        _wrong(
            "going",
            _("%(name)s那半天已经有一条路线。") % {"name": name},
            _("请换一个人或另选时间。"),
        )
    return [able[pk] for pk in wanted]


def _send_out(route: Route, people: Sequence[Account]) -> None:
    out = queries.span(route.day, route.half)
    rows.insert(
        Visitor,
        [
            {
                "id": new_id(), "street": route.street, "route_id": route.pk, "account_id": one.pk,
                "place": place, "starts_at": out.starts, "ends_at": out.ends, "is_open": True,
            }
            for place, one in enumerate(people, 1)
        ],
    )  # fmt: skip


def _visits(body: Body, wanted: Sequence[UUID], people: Sequence[Account]) -> list[Visit]:
    found = [v for v in lock_visits(wanted) if v.body_id == body.pk]
    if not found or len(found) != len(set(wanted)):
        _wrong("visits", _("没有选好去哪几家。"), _("请至少勾选一家。"))
    most = settings.YIMEN_HOME_SERVICE["stops"]
    if len(found) > most:
        text = ngettext("一条路线最多 %(n)d 家。", "一条路线最多 %(n)d 家。", most)
        _wrong("visits", text % {"n": most}, _("请去掉几家，另排一条。"))
    taken = [v.number for v in found if v.state != Visit.State.REQUESTED]
    if taken:
        text = _("%(number)s 刚刚被别人排走或取消了。") % {"number": taken[0]}
        _wrong("visits", text, _("请刷新后再选。"))
    bare = [v.number for v in found if v.address_id is None]
    if bare:
        _wrong(
            "visits",
            _("%(number)s 还没有地址。") % {"number": bare[0]},
            _("请先打电话问清楚，补上地址。"),
        )
    own = {a.party_id for a in people}
    if any(v.person_id in own for v in found):
        _wrong("visits", _("工作人员不能给自己上门办。"), _("请换一个人去。"))
    return found


def _stops(route: Route, visits: Sequence[Visit]) -> None:
    places = [
        (v.pk, [a.division_id or "", a.road, a.lane, a.number, a.room, a.text])
        for v in visits
        if (a := v.address) is not None
    ]
    rows.insert(
        Stop,
        [
            {
                "id": new_id(), "street": route.street, "route_id": route.pk, "visit_id": pk,
                "place": place, "state": Stop.State.PLANNED,
            }
            for place, pk in enumerate(rules.route_order(places), 1)
        ],
    )  # fmt: skip


def _tell_going(route: Route, people: Sequence[Account], by: Actor, at: datetime) -> None:
    for one in people:
        if one.pk != by.account:
            tell(
                street=route.street, template="homevisit.route", about=route.stream,
                facts={"day": route.day}, key=f"{route.pk}:route:{one.pk}", to_account=one.pk,
                by=by, at=at,
            )  # fmt: skip


# -- changes ------------------------------------------------------------------------------------------


def _kept(route: Route, by: Actor) -> None:
    if not perms.keeps(by, route.body_id):
        raise Unseen("route", _("没有这条路线。"))
    if not route.is_open:
        raise Refused("route_over", _("这条路线已经结束。"))


@together()
def move(stop: Stop, by_places: int, *, by: Actor, at: datetime) -> None:
    """Earlier or later in the order."""
    route, row = lock_stop(stop.pk)
    _kept(route, by)
    order = list(route.stops.order_by("place").values_list("pk", flat=True))
    wanted = rules.moved(order, row.pk, by_places)
    for place, pk in enumerate(wanted, 1):
        rows.update(Stop, {"id": pk}, place=place)
    write_route(route, "order", by=by, at=at, stops=[str(pk) for pk in wanted])


@together()
def drop(stop: Stop, *, by: Actor, at: datetime) -> None:
    """Not on this day: the visit waits for another route, and the person is told."""
    route, row = lock_stop(stop.pk)
    _kept(route, by)
    if row.state != Stop.State.PLANNED:
        raise Refused("stop_begun", _("已经到了这一家，不能取下来。"))
    visit = lock_visit(row.visit_id)
    put_back(visit, row, route, by=by, at=at)
    _close_when_empty(route, by=by, at=at)


def put_back(visit: Visit, stop: Stop, route: Route, *, by: Actor, at: datetime) -> None:
    """From the route to those who wait, with a message."""
    rows.update(Stop, {"id": stop.pk}, state=Stop.State.DROPPED, ended_at=at)
    put_visit(visit, "put_back", by=by, at=at, state=Visit.State.REQUESTED)
    say(visit, "changed", by=by, at=at, route=route)
    leave_papers(visit, by=by, at=at)


def take_off(visit: Visit, *, by: Actor, at: datetime) -> None:
    """A visit that is cancelled leaves its route, which is locked already."""
    stop = Stop.objects.filter(visit=visit, state__in=Stop.OPEN).select_related("route").first()
    if stop is None:
        return
    rows.update(Stop, {"id": stop.pk}, state=Stop.State.DROPPED, ended_at=at)
    leave_papers(visit, by=by, at=at)
    _close_when_empty(stop.route, by=by, at=at)


@together()
def call_off(route: Route, *, by: Actor, at: datetime) -> Route:
    """Nobody goes: a storm, illness. Everybody on it is told and waits for another day."""
    row = lock_route(route.pk)
    _kept(row, by)
    stops = list(row.stops.filter(state__in=Stop.OPEN).order_by("visit_id"))
    if any(s.state != Stop.State.PLANNED for s in stops):
        raise Refused("stop_begun", _("已经到了一家，请先记好这一家的结果。"))
    for stop in stops:
        put_back(lock_visit(stop.visit_id), stop, row, by=by, at=at)
    close_route(row, Route.State.CANCELLED, by=by, at=at)
    return row


def close_route(route: Route, state: str, *, by: Actor, at: datetime) -> None:
    """Nothing is left to do on it; from here on nobody sees its people by it."""
    rows.update(Route, {"id": route.pk}, state=state, ended_at=at)
    route.state, route.ended_at = state, at
    Visitor.objects.filter(route=route).update(is_open=False)
    write_route(route, "end", by=by, at=at)


def _close_when_empty(route: Route, *, by: Actor, at: datetime) -> None:
    if route.is_open and not route.stops.filter(state__in=Stop.OPEN).exists():
        begun = route.stops.exclude(state=Stop.State.DROPPED).exists()
        state = Route.State.DONE if begun else Route.State.CANCELLED
        close_route(route, state, by=by, at=at)


# -- papers that go along --------------------------------------------------------------------------------


@together()
def bring(visit: Visit, papers: Sequence[UUID], *, by: Actor, at: datetime) -> int:
    """Results and originals that are handed over at home. Once the visit is on a route they are in
    the hands of who goes, on record."""
    row = lock_visit(visit.pk)
    if not perms.keeps(by, row.body_id):
        raise Unseen("visit", _("没有这次上门服务。请核对编号。"))
    if row.state != Visit.State.SCHEDULED:
        raise Refused("not_scheduled", _("排进路线以后，才能把结果交给上门的人。"))
    offered = {p.pk: p for p in queries.could_go_along(row)}
    chosen: list[Paper] = [offered[pk] for pk in papers if pk in offered]
    if not chosen or len(chosen) != len(set(papers)):
        _wrong("papers", _("没有选好带去的材料。"), _("请从列表里勾选。"))
    route = queries.route_of(row)
    assert route is not None
    carrier = Visitor.objects.get(route=route, place=1).account_id
    carry(chosen, account=carrier, by=by, at=at)
    kept = [
        {"id": new_id(), "street": row.street, "visit_id": row.pk, "paper_id": p.pk, "added_at": at}
        for p in chosen
    ]
    rows.insert(Carried, kept)
    write_down(row, "bring", by=by, at=at, papers=[p.code for p in chosen])
    return len(chosen)


def leave_papers(visit: Visit, *, by: Actor, at: datetime) -> None:
    """What was to go along stays here. Whoever had it in hand is on record until it is scanned."""
    Carried.objects.filter(visit=visit, ended_at=None).update(ended_at=at)
