"""Three weeks of a centre for the tests of figures, lived through the acts at their moments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from tests.cases.world import MONDAY, do, finish_one, hand_in, work_through
from tests.cast import actor, body, party
from yimen.bridges import actions as bridges
from yimen.cases import ticks
from yimen.cases.actions import perform
from yimen.contacts import actions as contacts
from yimen.custody.actions import NewPaper, register_papers, send
from yimen.lib import time

LOW_INCOME, TWO_BODIES, QUICK = "civil-affairs-001", "business-registration-006", "employment-013"
FRIDAY = MONDAY + timedelta(days=18, hours=6)  # 20 March 2026, 15:00


def on(day: int, hour: int = 9) -> datetime:
    """A moment of the story; day 0 is Monday, 2 March 2026."""
    return MONDAY.replace(hour=hour) + timedelta(days=day)


def sweep(first: int, last: int) -> None:
    for day in range(first, last):
        with time.at(on(day, 16)):
            ticks.sweep(time.now())


@pytest.fixture
def story(cast: None) -> Iterator[SimpleNamespace]:
    """Cases of every sort that the board counts; the clock stands at Friday of the third week."""
    made = SimpleNamespace()
    with time.at(on(0)):
        made.late = do(hand_in(QUICK), "accept")
        made.waiting = hand_in(LOW_INCOME, missing=True)
        made.withdrawn = do(hand_in(QUICK, applicant=party("mother")), "withdraw")
        made.done = do(hand_in(QUICK, applicant=party("resident2")), "accept")
        made.open = perform(hand_in(LOW_INCOME).case.number, "accept", by=actor("clerk"))
        made.parted = do(hand_in(TWO_BODIES, applicant=party("firm")), "accept")
        made.undelivered = do(hand_in(QUICK, applicant=party("neighbour")), "accept")
        made.deemed = hand_in(TWO_BODIES, applicant=party("club"))
    with time.at(on(1)):
        task = next(t for t in made.open.open_tasks if t.body_id == body("bo-civil-affairs").pk)
        made.open = perform(made.open.case.number, "sign", by=actor("officer"), task=str(task.pk))
        for name in ("done", "undelivered"):
            d = work_through(getattr(made, name))
            setattr(made, name, do(d, "decide", outcome="granted"))
        do(do(made.done, "deliver", way="counter"), "confirm", proof="signature")
    sweep(1, 12)
    with time.at(on(14)):
        finish_one(made.parted)
        made.held = do(hand_in(LOW_INCOME, applicant=party("twin")), "accept")
        made.held = do(made.held, "hold", sort="appraisal", reason="委托鉴定")
        made.asked = ask()
        made.paper = paper_on_its_way(made.open.case.number)
        connect()
    sweep(14, 19)
    with time.at(FRIDAY):
        yield made


def ask() -> object:
    return contacts.ask("几点开门？", by=actor("clerk"), at=time.now())


def paper_on_its_way(number: str) -> object:
    papers = register_papers(
        number, [NewPaper(sort="material", name="申请表")], street="310199001",
        body=body("centre-31019900101"), by=actor("clerk"), at=time.now(),
    )  # fmt: skip
    return send(papers, body("bo-civil-affairs"), by=actor("clerk"), at=time.now())


def connect() -> None:
    bridges.connect(
        street="310199001", code="civil", name="民政业务系统", body=body("bo-civil-affairs"),
        sort="open", url="http://127.0.0.1:9/", answer_days=2, by=actor("admin"), at=time.now(),
    )  # fmt: skip
