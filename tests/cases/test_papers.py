"""A decision's paper is followed: registered with who decided, posted, handed over (AFF-7, AFF-9)."""

from __future__ import annotations

import pytest

from tests.cases.world import MONDAY, do, hand_in, work_through
from yimen.cases.actions import papers
from yimen.custody.actions import parcel_event
from yimen.custody.models import Paper, Parcel
from yimen.ledger import jobs
from yimen.ledger.models import Errand
from yimen.lib import time
from yimen.lib.actor import system

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(cast):
    with time.at(MONDAY):
        yield


def run() -> None:
    for errand in Errand.objects.filter(name="cases.papers").order_by("queued_at"):
        jobs.run_errand(str(errand.pk))


def decided():
    d = do(work_through(do(hand_in("groups-001"), "accept")), "decide", outcome="granted")
    run()
    return d


def test_the_result_lies_with_who_decided_and_is_registered_once() -> None:
    d = decided()
    paper = Paper.objects.get(case_number=d.case.number, sort="result")
    assert paper.holder_id == d.case.lead_id and paper.state == "held"
    papers.work({"number": d.case.number, "step": "issued"}, key="again")
    assert Paper.objects.filter(case_number=d.case.number, sort="result").count() == 1


def test_handed_over_at_the_counter() -> None:
    d = do(do(decided(), "deliver", way="counter"), "confirm", proof="signature")
    run()
    assert Paper.objects.get(case_number=d.case.number, sort="result").state == "delivered"


def test_the_couriers_proof_confirms_the_delivery() -> None:
    d = do(decided(), "deliver", way="courier", parcel="DEMO123")
    run()
    parcel = Parcel.objects.get(case_number=d.case.number)
    assert parcel.tracking == "DEMO123"
    by = system(d.case.street, "courier")
    for state in ("picked_up", "in_transit", "delivered"):
        parcel = parcel_event(parcel, state, by=by, at=time.now())
    d.case.refresh_from_db()
    assert (d.case.stage, d.case.ending) == ("closed", "completed")
    assert Paper.objects.get(case_number=d.case.number, sort="result").state == "delivered"


def test_a_refusal_makes_no_certificate() -> None:
    d = do(
        work_through(do(hand_in("groups-001"), "accept")), "decide", outcome="refused", reason="x"
    )
    run()
    assert not Paper.objects.filter(case_number=d.case.number).exists()
