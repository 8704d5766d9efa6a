"""Time of a case: holds, extension, silence, a changed calendar, and the order of recording."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.world import MONDAY, SYSTEM, ZONE, catalogue, do, hand_in, matter
from yimen.cases import reckoning, ticks
from yimen.cases.actions import perform
from yimen.cases.dossier import load
from yimen.cases.models import Hold, Term, Warning
from yimen.cases.views.record import Record
from yimen.clock.shipped import shipped_calendar
from yimen.lib import time
from yimen.lib.errors import Refused
from yimen.lib.time import local

pytestmark = pytest.mark.django_db
CALENDAR = shipped_calendar("31")


@pytest.fixture(autouse=True)
def world(cast, monday):
    return monday


def licence(**terms):
    """A licence whose acceptance is deemed when nobody answers."""
    base = {
        "accept": {"n": 5, "unit": "working_days"}, "deemed": True,
        "statutory": {"n": 20, "unit": "working_days", "basis": "行政许可法第四十二条"},
        "promised": {"n": 10, "unit": "working_days"},
        "extension": {"n": 10, "unit": "working_days", "approver": "head"}, "joint": False,
        "deliver": {"n": 10, "unit": "working_days"},
    }  # fmt: skip
    return matter("civil-affairs-001", item_type="01", handling="promised", terms=base | terms,
                  procedure=[REVIEW])  # fmt: skip


REVIEW = {
    "key": "review", "name": {"zh": "审查", "en": "Review"},
    "tasks": [{"key": "review", "name": {"zh": "审查", "en": "Review"}, "sort": "review",
               "field": "civil-affairs", "share": {"n": 5, "unit": "working_days"},
               "required": True}],
}  # fmt: skip


def test_silence_is_acceptance_back_dated_to_the_day_of_receipt() -> None:
    d = hand_in(version=licence())
    with time.at(MONDAY + timedelta(days=7)):  # the fifth working day is not over yet
        ticks.sweep(time.now())
        d.case.refresh_from_db()
        assert d.case.accept_mode == ""
    with time.at(MONDAY + timedelta(days=8)):
        ticks.sweep(time.now())
    d.case.refresh_from_db()
    assert (d.case.accept_mode, d.case.accepted_at) == ("deemed", d.case.received_at)
    statutory = d.case.terms.get(name="decide_statutory")
    assert local(statutory.started_at) == MONDAY


def test_a_second_supplement_notice_is_refused() -> None:
    d = hand_in(version=licence())
    code = d.materials[0].code
    d = do(d, "supplement", materials=[code], reason="缺原件")
    d = do(d, "supplied")
    with pytest.raises(Refused) as refused:
        do(d, "supplement", materials=[code], reason="还缺一份")
    assert refused.value.code == "supplement_once"


def test_only_one_extension() -> None:
    d = do(hand_in(version=licence()), "accept")
    before = d.term("decide_statutory").due_at
    d = do(d, "extend", reason="案情复杂")
    assert d.term("decide_statutory").due_at > before
    with pytest.raises(Refused):
        do(d, "extend", reason="再延一次")


def test_a_hold_moves_the_term_by_the_working_days_it_covers() -> None:
    """Ten working days from 2 March; five of them, 9 to 13 March, do not count."""
    d = do(hand_in(version=licence()), "accept")
    assert local(d.term("decide_promised").due_at).date() == date(2026, 3, 16)
    with time.at("2026-03-09T09:00"):
        d = do(d, "hold", sort="appraisal", reason="鉴定")
        assert d.case.held
    with time.at("2026-03-16T09:00"):
        d = do(d, "resume")
    assert not d.case.held
    assert local(d.term("decide_promised").due_at).date() == date(2026, 3, 23)


def test_acts_recorded_late_give_the_same_due_day() -> None:
    """The hold was agreed on the 9th but written down on the 18th, after other acts."""
    on_time = do(hand_in(version=licence()), "accept")
    late = do(hand_in(version=licence()), "accept")
    with time.at("2026-03-09T09:00"):
        on_time = do(on_time, "hold", sort="appraisal", reason="鉴定")
    with time.at("2026-03-11T09:00"):
        on_time = do(on_time, "resume")
        on_time = do(on_time, "extend", reason="复杂")
    with time.at("2026-03-12T09:00"):
        late = do(late, "extend", reason="复杂", at=datetime(2026, 3, 11, 9, tzinfo=ZONE))
        late = do(
            late, "hold", sort="appraisal", reason="鉴定", at=datetime(2026, 3, 9, 9, tzinfo=ZONE)
        )
        late = do(late, "resume", at=datetime(2026, 3, 11, 9, tzinfo=ZONE))
    for name in ("decide_promised", "decide_statutory"):
        assert on_time.term(name).due_at == late.term(name).due_at


days = st.integers(0, 30)


@given(
    length=st.integers(1, 60),
    spans=st.lists(st.tuples(days, days), max_size=4),
    extra=st.sampled_from([0, 10, 15]),
    unit=st.sampled_from(["working_days", "calendar_days"]),
)
def test_due_is_the_same_in_any_order_and_never_nearer(length, spans, extra, unit) -> None:
    """Pure: holds in any order, and no hold brings a term nearer or ends it on a day off."""
    term = Term(started_at=MONDAY, unit=unit, length=length, extra=extra, bearer="body")
    holds = [
        Hold(since=MONDAY + timedelta(days=a), until=MONDAY + timedelta(days=a + b),
             stops_case=True)
        for a, b in spans
    ]  # fmt: skip
    plain = reckoning.due_of(term, [], CALENDAR)
    dues = {reckoning.due_of(term, list(order), CALENDAR)
            for order in itertools.islice(itertools.permutations(holds), 6)}  # fmt: skip
    assert len(dues) == 1
    due = dues.pop()
    assert due.at >= plain.at
    assert CALENDAR.provisional.is_working(due.on)


def test_lights_climb_the_ladder_and_are_on_record() -> None:
    """Near due the handler, late the head, then the director, then the supervisors (AFF-13)."""
    d = do(hand_in(version=licence()), "accept")
    task = d.open_tasks[0]
    moment = MONDAY
    for _day in range(24):
        moment += timedelta(days=1)
        with time.at(moment):
            ticks.sweep(time.now())
    rungs = list(
        Warning.objects.filter(task=task).order_by("warned_at").values_list("rung", flat=True)
    )
    assert rungs[:4] == [1, 2, 3, 4]
    told = [w.told for w in Warning.objects.filter(task=task).order_by("rung")]
    assert [len(t) for t in told[:4]] == sorted(len(t) for t in told[:4])
    for warning in Warning.objects.filter(case=d.case):
        assert CALENDAR.is_working(local(warning.warned_at).date())
    assert ticks.sweep(time.now()) == 0  # a second sweep finds nothing to do
    said = [a.label for a in Record(load(d.case.number)).acts() if a.act == "warn"]
    assert said[0].startswith("期限警示：黄灯（") and any(task.name["zh"] in each for each in said)
    assert any("报告督查（办件期限）" in each for each in said)


def test_late_days_are_charged_to_whoever_is_late() -> None:
    """Past its own due with an open required task: that body. Nobody: the lead."""
    a, b, lead = (__import__("uuid").uuid4() for _ in range(3))
    day = date(2026, 3, 20)
    tasks = [
        reckoning.Worked(a, True, date(2026, 3, 2), date(2026, 3, 23), date(2026, 3, 9)),
        reckoning.Worked(b, False, date(2026, 3, 2), None, date(2026, 3, 9)),
    ]
    ended, after = date(2026, 3, 23), date(2026, 3, 24)  # the day it was finished was late, too
    charged = reckoning.charge([day, ended, after], tasks, lead)
    assert charged == {a: 2, lead: 1}


def test_a_calendar_announced_late_moves_open_cases_on_record() -> None:
    from yimen.clock.actions import publish
    from yimen.lib.workdays import DayRule, Edition

    d = do(hand_in(version=licence()), "accept")
    before = local(d.term("decide_promised").due_at).date()
    days_off = tuple(DayRule(date(2026, 3, day), True, "临时放假") for day in (10, 11))
    shipped = next(
        e
        for e in __import__("yimen.clock.shipped", fromlist=["x"]).shipped_editions()
        if e.year == 2026 and e.place == ""
    )
    publish(Edition("", 2026, True, shipped.days + days_off, ("测试",)), by=SYSTEM, at=time.now())
    assert ticks.recompute(time.now()) == 1
    d.case.refresh_from_db()
    after = local(d.case.terms.get(name="decide_promised").due_at).date()
    assert (after - before).days == 2
    from yimen.ledger.models import Entry

    entry = Entry.objects.filter(stream=f"case:{d.case.number}", act="recompute").get()
    assert str(before) in entry.data and str(after) in entry.data
    assert ticks.recompute(time.now()) == 0


def test_a_consulted_body_that_says_nothing_consents() -> None:
    silent = {"key": "ask", "name": {"zh": "征求意见", "en": "Consult"}, "sort": "review",
              "field": "housing", "share": {"n": 2, "unit": "working_days"}, "required": True,
              "silence_consents": True}  # fmt: skip
    version = matter(
        "civil-affairs-001", handling="promised", procedure=[{**REVIEW, "tasks": [silent]}]
    )
    d = do(hand_in(version=version), "accept")
    with time.at(MONDAY + timedelta(days=3)):
        for _ in range(3):
            ticks.sweep(time.now())
    task = d.case.tasks.get(key="ask")
    assert (task.state, task.verdict) == ("consented", "agree")
    assert d.case.tasks.filter(sort="decide", state="offered").exists()


def test_a_new_year_without_calendar_is_provisional() -> None:
    with time.at("2026-12-28T09:00"):
        d = hand_in(version=licence())
        assert d.case.due_provisional
        d = do(d, "accept")
        assert d.case.due_provisional and d.term("decide_promised").provisional


def test_a_clock_set_back_refuses_acts_before_receipt() -> None:
    from yimen.lib.errors import Invalid

    d = hand_in(version=licence())
    with pytest.raises(Invalid):
        perform(d.case.number, "accept", by=SYSTEM, at=MONDAY - timedelta(hours=1))
    with pytest.raises(Invalid):
        perform(d.case.number, "accept", by=SYSTEM, at=MONDAY + timedelta(hours=1))


def test_nothing_is_left_for_the_sweep_to_trip_over(caplog: pytest.LogCaptureFixture) -> None:
    """An opinion nobody waits for is still open at the decision: its silence is no longer due."""
    optional = REVIEW["tasks"][0] | {
        "key": "opinion", "required": False, "silence_consents": True,
        "share": {"n": 3, "unit": "working_days"},
    }  # fmt: skip
    stage = REVIEW | {"tasks": [REVIEW["tasks"][0], optional]}
    d = do(hand_in(version=matter("civil-affairs-001", procedure=[stage])), "accept")
    d = do(d, "finish", task=str(next(t.pk for t in d.open_tasks if t.required)))
    d = do(d, "decide", outcome="granted")
    for days in range(1, 30):
        with time.at(MONDAY + timedelta(days=days)):
            ticks.sweep(time.now())
    assert "could not be moved" not in caplog.text


OWN = {"type": "public_posting", "law": "社会救助暂行办法", "article": "第十一条"}


def test_what_only_a_matters_own_law_gives_is_refused_elsewhere() -> None:
    from tests.cases.browsing import client, lawful

    d = lawful(hand_in("civil-affairs-001"))
    with pytest.raises(Refused) as error:
        do(d, "hold", sort="public_posting", reason="公示")
    assert error.value.code == "hold_not_here" and "公示" in str(error.value.detail)
    assert not Hold.objects.exists()
    answer = client("officer").post(
        f"/api/v1/cases/{d.case.number}/acts",
        {"act": "hold", "type": "applicant_visit", "reason": "等候", "version": d.case.version},
        content_type="application/json",
    )
    assert answer.status_code == 409 and "等候申请人配合" in answer.json()["detail"]
    page = client("officer").get(f"/desk/cases/{d.case.number}/hold/").content.decode()
    assert 'value="appraisal"' in page and "public_posting" not in page


def test_a_matter_that_names_its_law_stops_for_it_under_that_article() -> None:
    from tests.cases.browsing import client, lawful

    d = lawful(hand_in(version=matter("civil-affairs-001", holds=[OWN])))
    page = client("officer").get(f"/desk/cases/{d.case.number}/hold/").content.decode()
    assert 'value="public_posting"' in page and "社会救助暂行办法第十一条" in page
    assert "applicant_visit" not in page
    held = do(d, "hold", sort="public_posting", reason="公示七日")
    assert held.case.held and held.holds[-1].article == "社会救助暂行办法 第十一条"


def test_a_matter_without_own_holds_keeps_its_digest() -> None:
    from yimen.matters.content import parse

    content = parse(catalogue()["civil-affairs-001"])
    assert "holds" not in content.to_json()
    named = parse(catalogue()["civil-affairs-001"] | {"holds": [OWN]})
    assert parse(named.to_json()) == named
