"""The demonstration's home visits: one that is over, two that stand on today's route, one for
tomorrow's planning and one from the ticket machine without an address. All of them invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from yimen.bodies.queries import actor_for
from yimen.homeservice import actions
from yimen.homeservice.actions import Told, Wish
from yimen.homeservice.models import Route, Visit
from yimen.homeservice.rules import Act
from yimen.lib import time as clock
from yimen.lib.actor import Actor, system
from yimen.lib.ids import new_id
from yimen.people.models import Account, Party
from yimen.places.models import ServicePoint

STREET, CENTRE = "310199001", "31019900101"
CARD = "social-card-006"


def demo(*_paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """A few visits, once. Returns how many there are."""
    if Visit.objects.exists():
        return 0
    today = clock.today()
    with clock.at(_at(today - timedelta(days=3), 9)):
        past = _ask("庞玉珠", "clerk")
        route = _plan([past], today - timedelta(days=2), "am")
    _done(route, today - timedelta(days=2))
    with clock.at(_at(today - timedelta(days=1), 10)):
        mother = _ask("赵秀珍", "resident")
        _plan([mother, _ask("莫怀远", "clerk")], today, "am")
        _ask("郭守仁", "assistant", half="pm")
        actions.ask_for_other(
            _centre(), Wish(hard_to_move=True), name="钱阿婆", phone="19900000199", birth=None,
            channel=Visit.Channel.KIOSK, by=system(STREET, "kiosk"), at=clock.now(),
        )  # fmt: skip
    return Visit.objects.count()


def _ask(name: str, by: str, half: str = "") -> Visit:
    person = Party.objects.get(street=STREET, name=name)
    channel = Visit.Channel.WEB if by == "resident" else Visit.Channel.COUNTER
    return actions.ask(
        _centre(), person, Wish(matters=(CARD,), half=half), channel=channel, by=_actor(by),
        at=clock.now(),
    )  # fmt: skip


def _plan(visits: list[Visit], day: date, half: str) -> Route:
    return actions.plan(
        _centre(), day=day, half=half, going=[Account.objects.get(username="clerk").pk],
        visits=[v.pk for v in visits], by=_actor("assistant"), at=clock.now(),
    )  # fmt: skip


def _done(route: Route, day: date) -> None:
    stop = route.stops.get()
    for act, minute in ((Act.ARRIVE, 20), (Act.MEET, 22), (Act.FINISH, 45)):
        moment = _at(day, 9) + timedelta(minutes=minute)
        with clock.at(moment):
            told = Told(new_id(), act, moment)
            actions.step(stop.pk, told, by=_actor("clerk"), at=moment)


def _centre() -> ServicePoint:
    return ServicePoint.objects.get(pk=CENTRE)


def _actor(username: str) -> Actor:
    return actor_for(Account.objects.get(username=username))


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), clock.now().tzinfo)
