"""The demonstration's questions: answered, open, handed over and not yet signed for, and one that
nobody signed for and that came back. All of them invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from yimen.bodies.queries import actor_for, body
from yimen.clock.queries import calendar_for
from yimen.contacts import ticks
from yimen.contacts.actions import answer, ask, offer, sign
from yimen.contacts.models import Enquiry
from yimen.lib import time as clock
from yimen.lib.actor import Actor
from yimen.people.models import Account

STREET = "310199001"


def demo(*_paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """A few days of questions at both centres, once. Returns how many there are."""
    if Enquiry.objects.exists():
        return 0
    third, second, last = _working_days(3)
    with clock.at(_at(third, 10)):
        asked = ask("孩子下个月满月，户口和医保能一起办吗？", by=_actor("clerk"), at=clock.now())
        answer(
            asked.enquiry, "可以，在“孩子出生”一件事里一次办。", by=_actor("clerk"), at=clock.now()
        )
        back = ask("小区门口的健身器材坏了找谁？", by=_actor("clerk2"), at=clock.now())
        offer(back.enquiry, to_body=body(STREET, "bo-housing"), by=_actor("clerk2"), at=clock.now())
    with clock.at(_at(second, 14)):
        taken = ask("失业金断了一个月，是什么原因？", by=_actor("clerk"), at=clock.now())
        handed = offer(
            taken.enquiry, to_body=body(STREET, "bo-employment"), by=_actor("clerk"), at=clock.now()
        )
        sign(handed, by=_actor("officer5"), at=clock.now())
    with clock.at(_at(second, 17)):  # nobody signed within a working day: it comes back
        ticks.bounce(clock.now())
    with clock.at(_at(last, 9)):
        ask("居住证签注一定要本人来吗？", by=_actor("clerk"), at=clock.now())
        offered = ask("老人想申请上门的长护险评估，怎么走？", by=_actor("clerk"), at=clock.now())
        offer(
            offered.enquiry, to_body=body(STREET, "bo-medical-insurance"), by=_actor("clerk"),
            at=clock.now(),
        )  # fmt: skip
    return Enquiry.objects.count()


def _actor(username: str) -> Actor:
    return actor_for(Account.objects.get(username=username))


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 20), clock.now().tzinfo)


def _working_days(count: int) -> list[date]:
    """The last working days before today, the earliest first."""
    calendar = calendar_for(STREET).provisional
    found: list[date] = []
    day = clock.today()
    while len(found) < count:
        day -= timedelta(days=1)
        if calendar.is_working(day):
            found.append(day)
    return found[::-1]
