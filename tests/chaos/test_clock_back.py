"""The machine's clock is set back an hour. What is on record keeps its order; what would be dated
before its own past is refused in words; everything else goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.api.calling import Machine, ok, problem, submission
from tests.cases.world import MONDAY, SYSTEM, do, hand_in, matter
from tests.cast import account
from yimen.cases import ticks
from yimen.cases.actions import perform
from yimen.cases.models import Case
from yimen.config import checkup, worker
from yimen.intake.actions.keys import KEYS_KEPT, forget_keys
from yimen.ledger import actions as ledger
from yimen.ledger import jobs
from yimen.ledger.models import Entry, Errand
from yimen.ledger.verify import verify
from yimen.lib import time
from yimen.lib.actor import system
from yimen.lib.errors import Refused
from yimen.people.actions import issue_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
HOUR = timedelta(hours=1)
BACK = MONDAY - HOUR


@pytest.fixture
def clerk() -> Machine:
    with time.at(MONDAY):
        matter("civil-affairs-001")
        return Machine(issue_token(account("clerk"), by=system(), at=MONDAY))


def test_an_act_is_never_dated_before_its_cases_own_past(clerk: Machine) -> None:
    with time.at(MONDAY):
        case = ok(clerk.post("cases", submission()), 201)
    with time.at(BACK):
        said = problem(clerk.act(case["number"], "accept", version=case["version"]), 409)
    assert said["type"].endswith("clock_behind") and "时钟" in said["detail"]
    assert Case.objects.get().accepted_at is None
    with time.at(MONDAY + timedelta(minutes=1)):
        ok(clerk.act(case["number"], "accept", version=case["version"]))


def test_also_not_before_an_act_that_came_after_the_receipt() -> None:
    with time.at(BACK - HOUR):
        d = hand_in("civil-affairs-001")
    with time.at(MONDAY):
        d = do(d, "accept")
    with time.at(BACK), pytest.raises(Refused) as refused:
        do(d, "withdraw", reason="不办了")
    assert refused.value.code == "clock_behind"


def test_new_cases_are_taken_and_no_number_is_given_twice(clerk: Machine) -> None:
    with time.at(MONDAY):
        first = [ok(clerk.post("cases", submission()), 201)["number"] for _ in range(3)]
    with time.at(BACK):
        later = [ok(clerk.post("cases", submission()), 201)["number"] for _ in range(3)]
    with time.at(MONDAY.replace(hour=0, minute=30) - HOUR):  # back over midnight: yesterday's row
        later.append(ok(clerk.post("cases", submission()), 201)["number"])
    assert len(set(first + later)) == 7


def test_tokens_and_idempotency_keys_hold(clerk: Machine) -> None:
    with time.at(MONDAY):
        case = ok(clerk.post("cases", submission(), Idempotency_Key="k"), 201)
    with time.at(BACK):
        assert (
            ok(clerk.post("cases", submission(), Idempotency_Key="k"), 201)["number"]
            == (case["number"])
        )
        assert forget_keys(time.now()) == 0
        ok(clerk.get(f"cases/{case['number']}"))
    assert forget_keys(MONDAY + KEYS_KEPT + HOUR) == 1


def test_the_ledger_is_ordered_by_its_chain_and_not_by_the_clock() -> None:
    for moment in (MONDAY, BACK, MONDAY + HOUR):
        with time.at(moment):
            ledger.record(street="0", stream="body:x", act="noted", by=SYSTEM, at=time.now())
    entries = Entry.objects.filter(stream="body:x").order_by("seq")
    assert [e.recorded_at for e in entries] == [MONDAY, BACK, MONDAY + HOUR]
    assert verify().fault is None


def test_an_errand_of_the_lost_hour_waits_visibly_and_is_done_once(settings: Any) -> None:
    done: list[str] = []
    settings.YIMEN_ERRANDS = {"test": f"{__name__}.remember"}
    globals()["remember"] = lambda payload, key: done.append(key)
    with time.at(MONDAY):
        ledger.queue("test", street="0", key="k", payload={}, at=MONDAY)
    errand = Errand.objects.get(key="k")
    with time.at(BACK):
        jobs.run_errand(str(errand.pk))
        assert (done, Errand.objects.get(key="k").state) == ([], "waiting")
        assert jobs.sweep(time.now()) == 0
    with time.at(MONDAY):
        for _ in range(2):
            jobs.run_errand(str(errand.pk))
    assert done == ["k"]


def test_a_sweep_in_the_lost_hour_warns_nobody_twice() -> None:
    with time.at(MONDAY):
        d = do(hand_in("civil-affairs-001"), "accept")
    late = MONDAY + timedelta(days=60)
    with time.at(late):
        assert ticks.sweep(time.now()) > 0
    told = Entry.objects.filter(stream=f"case:{d.case.number}").count()
    with time.at(late - HOUR):
        assert ticks.sweep(time.now()) == 0
    assert Entry.objects.filter(stream=f"case:{d.case.number}").count() == told


def test_doctor_sees_it() -> None:
    with time.at(MONDAY):
        hand_in("civil-affairs-001")
        assert checkup._clock().mark == checkup.GOOD
    with time.at(BACK):
        found = checkup._clock()
    assert found.mark == checkup.BAD and "60" in found.text and "timedatectl" in found.remedy


def test_a_running_worker_notices_and_begins_anew() -> None:
    with time.at(MONDAY):
        watch = time.Watch()
        assert watch.behind() < worker.SET_BACK
    with time.at(BACK):
        assert abs(watch.behind() - HOUR) < timedelta(seconds=30)
        assert watch.behind() > worker.SET_BACK
    with time.at(MONDAY + HOUR):
        assert not watch.behind()


def test_a_moment_that_a_person_names_is_judged_as_before() -> None:
    """A paper signed this morning: the past is allowed, as long as the case was there."""
    with time.at(MONDAY):
        d = hand_in("civil-affairs-001")
    with time.at(MONDAY + 2 * HOUR):
        d = perform(d.case.number, "accept", by=SYSTEM, at=MONDAY + HOUR)
    assert d.case.accepted_at == MONDAY + HOUR
