"""On the way: what happens at a stop, sent at once or after an hour without network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.custody.actions import NewPaper, hand_over_result, register_papers, return_original
from yimen.custody.models import Paper
from yimen.homeservice import perms, queries, rules
from yimen.homeservice.actions.planning import close_route, leave_papers
from yimen.homeservice.actions.record import (
    end_visit,
    lock_stop,
    lock_visit,
    put_visit,
    say,
    write_down,
    write_route,
)
from yimen.homeservice.models import Carried, Route, Stop, Visit, Visitor, WayAct
from yimen.homeservice.rules import Act
from yimen.ledger import rows
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Invalid, Refused, Unseen
from yimen.lib.ids import new_id
from yimen.lib.time import local
from yimen.matters.queries import content_of, some
from yimen.people.actions import create_mandate, disclose
from yimen.people.models import Account

FOR_KEEPERS = 7 * 24  # hours


@dataclass(frozen=True)
class Told:
    """What was done, as it comes from the telephone: once-key, act, when it happened, and for papers
    which: materials of the matters by code with "original" or "copy", or barcodes."""

    key: UUID
    act: Act
    happened: datetime
    papers: Mapping[str, str] = field(default_factory=dict)


@together()
def step(stop: UUID, told: Told, *, by: Actor, at: datetime) -> str:
    """One act at a stop; its new state. The same key again changes nothing. Raises Refused with what
    stands against it: somebody was there before, the desk has changed the route, the clock is wrong."""
    known = WayAct.objects.filter(street=by.street, key=told.key, account=by.account)
    route, row = _locked(stop, by)
    if known.exists():
        return row.state
    _may_be(route, row, told, by, at)
    after = rules.step(row.state, told.act)
    if after is None:
        raise Refused("not_now", _does_not_fit(row))
    visit = lock_visit(row.visit_id)
    DOES[told.act](visit, row, route, told, by)
    _write_stop(row, after, told)
    _note(row, told, by, at)
    write_down(
        visit, str(told.act), by=by, at=told.happened,
        stop=str(row.pk), key=str(told.key), received_at=at.isoformat(),
    )  # fmt: skip
    if after in (Stop.State.DONE, Stop.State.MISSED):
        _left(route, visit, after, by=by, at=told.happened)
    return after


def _locked(stop: UUID, by: Actor) -> tuple[Route, Stop]:
    """A stop of a route on which the actor goes, or which the actor keeps. What is over may still
    get acts that were pressed before; whether they fit is asked later."""
    route, row = lock_stop(stop)
    goes = Visitor.objects.filter(account=by.account, route=route).exists()
    if not (goes or perms.keeps(by, route.body_id)):
        raise Unseen("stop", _("没有这一站。"))
    return route, row


def _may_be(route: Route, stop: Stop, told: Told, by: Actor, at: datetime) -> None:
    """The bounds of its moment. Whoever keeps the route notes what came too late from the way, for
    as long as the route is open."""
    keeps = perms.keeps(by, route.body_id)
    hours = FOR_KEEPERS if keeps else settings.YIMEN_HOME_SERVICE["late_hours"]
    fault = rules.moment_fault(
        told.happened, received=at, day=route.day, last=stop.last_at, hours=hours
    )
    sentences = {
        rules.AHEAD: _("手机的时间比中心快，没有记。请把手机设为自动对时，再补记。"),
        rules.EARLY: _("时间不在路线的那一天，没有记。请核对手机的日期。"),
        rules.LATE: _("过了太久才送到，没有记。请回中心由行政助理补记。"),
        rules.BEFORE_LAST: _("时间早于这一家已经记下的事，没有记。请核对手机的时间。"),
    }
    if fault:
        raise Refused(f"clock_{fault}", sentences[fault])


def _does_not_fit(stop: Stop) -> str:
    return _("这一家现在是“%(state)s”，这一步没有记。") % {"state": stop.get_state_display()}


def _write_stop(stop: Stop, after: str, told: Told) -> None:
    columns: dict[str, Any] = {"state": after, "last_at": told.happened}
    if after == Stop.State.ARRIVED:
        columns["arrived_at"] = told.happened
    if told.act is Act.MEET:
        columns["met_at"] = told.happened
    if after not in Stop.OPEN:
        columns["ended_at"] = told.happened
    for name, value in columns.items():
        setattr(stop, name, value)
    rows.update(Stop, {"id": stop.pk}, **columns)


def _note(stop: Stop, told: Told, by: Actor, at: datetime) -> None:
    row = {
        "id": new_id(), "street": stop.street, "key": told.key, "stop_id": stop.pk,
        "account_id": by.account, "act": str(told.act), "happened_at": told.happened,
        "received_at": at,
    }  # fmt: skip
    rows.insert(WayAct, [row])


# -- what each act does -----------------------------------------------------------------------------


def _arrive(visit: Visit, stop: Stop, route: Route, told: Told, by: Actor) -> None:
    if route.state == Route.State.PLANNED:
        rows.update(Route, {"id": route.pk}, state=Route.State.UNDER_WAY)
        route.state = Route.State.UNDER_WAY
        write_route(route, "start", by=by, at=told.happened)
    put_visit(visit, "begin", by=by, at=told.happened, state=Visit.State.UNDER_WAY)


def _nothing(visit: Visit, stop: Stop, route: Route, told: Told, by: Actor) -> None:
    """Only the time counts."""


def _sign(visit: Visit, stop: Stop, route: Route, told: Told, by: Actor) -> None:
    """The paper was signed before our eyes: from now on the first of the route is the agent, for these
    matters and for some weeks."""
    if visit.mandate_id is not None:
        raise Refused("signed", _("委托书已经签过了。"))
    if not visit.matters or visit.person is None:
        raise Refused("no_matters", _("没有写明办什么事项，不能签委托书。请联系行政助理补上。"))
    agent = agent_of(route)
    begins = local(told.happened).date()
    mandate = create_mandate(
        visit.person, agent.party, capacity="agent", scope=visit.matters,  # type: ignore[arg-type]
        valid_from=begins,
        valid_until=begins + timedelta(days=settings.YIMEN_HOME_SERVICE["mandate_days"]),
        by=by, at=told.happened,
    )  # fmt: skip
    put_visit(visit, "mandate", by=by, at=told.happened, mandate_id=mandate.pk)


def agent_of(route: Route) -> Account:
    """Who is named in the mandates: the first of those who go."""
    first = Visitor.objects.select_related("account__party").get(route=route, place=1)
    return first.account


def _take(visit: Visit, stop: Stop, route: Route, told: Told, by: Actor) -> None:
    """Papers go along under the mandate, each with its code from this moment on."""
    if visit.mandate_id is None or visit.mandate.revoked_at is not None:  # type: ignore[union-attr]
        raise Refused("no_mandate", _("要先签委托书，才能收材料。"))
    names = materials(visit.matters)
    wanted = [(names[code], how) for code, how in told.papers.items() if code in names]
    if not wanted or len(wanted) != len(told.papers):
        text = _("没有选收了哪些材料。")
        raise Invalid("papers", text, (FieldError("papers", text, _("请在列表里勾选。")),))
    new = [
        NewPaper(
            name, must_return=how == "original",
            sort=Paper.Sort.ORIGINAL if how == "original" else Paper.Sort.MATERIAL,
        )
        for name, how in wanted
    ]  # fmt: skip
    register_papers(
        visit.number, new, street=visit.street, body=visit.body_id, by=by, at=told.happened
    )


def materials(matters: Sequence[str]) -> dict[str, str]:
    """What these matters ask for, each paper once: name by code."""
    versions = some(matters)
    contents = [content_of(versions[code]) for code in matters if code in versions]
    return {m.code: m.name.zh for content in contents for m in content.materials}


def _give(visit: Visit, stop: Stop, route: Route, told: Told, by: Actor) -> None:
    """Results and originals into the person's own hands, one by one."""
    along = {c.paper.code: c for c in queries.to_give(visit)}
    chosen = [along[code] for code in told.papers if code in along]
    if not chosen or len(chosen) != len(told.papers) or visit.person is None:
        text = _("没有选交出了哪些材料。")
        raise Invalid("papers", text, (FieldError("papers", text, _("请在列表里勾选。")),))
    for one in chosen:
        hand = hand_over_result if one.paper.sort == Paper.Sort.RESULT else return_original
        hand(one.paper, to=visit.person.name, by=by, at=told.happened)
        rows.update(Carried, {"id": one.pk}, ended_at=told.happened, given=True)


DOES: dict[Act, Callable[[Visit, Stop, Route, Told, Actor], None]] = {
    Act.ARRIVE: _arrive, Act.MEET: _nothing, Act.SIGN: _sign, Act.TAKE: _take, Act.GIVE: _give,
    Act.FINISH: _nothing, Act.MISS: _nothing,
}  # fmt: skip


# -- leaving ------------------------------------------------------------------------------------------


def _left(route: Route, visit: Visit, after: str, *, by: Actor, at: datetime) -> None:
    """We are out of the door: what the visit is from here on, and whether the route is over."""
    leave_papers(visit, by=by, at=at)
    if after == Stop.State.DONE:
        left_home(visit, by=by, at=at)
    else:
        _missed(visit, by=by, at=at)
    if not route.stops.filter(state__in=Stop.OPEN).exists():
        close_route(route, Route.State.DONE, by=by, at=at)


def left_home(visit: Visit, *, by: Actor, at: datetime) -> None:
    """Over, unless papers were taken along that are to be handed in."""
    if visit.mandate_id is None or not queries.taken(visit):
        end_visit(visit, Visit.State.DONE, "done", by=by, at=at, at_home_until=at)
        return
    put_visit(visit, "leave", by=by, at=at, at_home_until=at)


def _missed(visit: Visit, *, by: Actor, at: datetime) -> None:
    tries = visit.tries + 1
    state = rules.after_miss(tries, settings.YIMEN_HOME_SERVICE["tries"])
    if state == Visit.State.NOT_MET:
        end_visit(visit, state, "not_met", by=by, at=at, tries=tries)
        say(visit, "given_up", by=by, at=at)
        return
    put_visit(visit, "missed", by=by, at=at, state=state, tries=tries)
    say(visit, "missed", by=by, at=at, mark=f"{visit.changes}:{tries}")


@together()
def reveal(stop: UUID, *, by: Actor, at: datetime) -> str:
    """The telephone in full, to ring before one comes. On record, for the person to read."""
    found = queries.stops_of(by, local(at).date()).filter(pk=stop)
    row = found.select_related("visit__person").first()
    if row is None or row.visit.person is None:
        raise Unseen("stop", _("没有这一站。"))
    reason = _("上门服务 %(number)s，联系本人") % {"number": row.visit.number}
    return disclose(row.visit.person, "phone", reason=reason, about=row.visit.number, by=by, at=at)
