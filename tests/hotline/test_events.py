"""Many callers, one job: joined while taking or afterwards, split off, answered together in one
transaction, told once each, counted as one job."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from tests.cases.world import matter
from tests.cast import STREET, account, actor, body, party
from tests.hotline.test_line import MONDAY, request_of, take, worker
from yimen.cases.actions import perform
from yimen.cases.dossier import load
from yimen.cases.models import Case
from yimen.hotline import actions, queries, ticks
from yimen.hotline.actions import events
from yimen.hotline.models import HelpRequest
from yimen.ledger.models import Entry
from yimen.ledger.verify import verify
from yimen.lib.errors import Invalid, Refused, Unseen
from yimen.lib.time import at, now
from yimen.notices.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


@pytest.fixture(autouse=True)
def catalogue(cast):
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        yield


def burst(same_as=None, n=0, **more):
    facts = {"need": "urgent.water", "what": "楼道漏水", "party": None, "name": f"来电{n}",
             "phone": f"199000001{n:02}", "same_as": same_as}  # fmt: skip
    return request_of(take(**facts | more))


def evening(callers: int = 4) -> tuple[HelpRequest, list[HelpRequest]]:
    head = burst()
    return head, [burst(head.pk, n) for n in range(1, callers)]


def open_tasks(row: HelpRequest) -> list[str]:
    return sorted(t.key for t in load(row.case.number).open_tasks)


def test_the_work_is_offered_once() -> None:
    head, others = evening()
    assert open_tasks(head) == ["contact", "handle"]
    assert all(open_tasks(row) == [] for row in others)
    offered = Message.objects.filter(template="task.offered", to_body=head.case.lead_id)
    assert set(offered.values_list("about", flat=True)) == {head.case.number}
    assert all(load(r.case.number).term("decide_promised") for r in others), "each has its limit"


def test_one_answer_answers_all_and_each_is_called_back() -> None:
    head, others = evening()
    d = load(head.case.number)
    actions.reply(head.case.number, done=True, text="水管已换", by=worker(d), at=now())
    for row in [head, *others]:
        row.refresh_from_db()
        case = load(row.case.number)
        assert case.case.stage == "decided" and case.case.outcome == "granted"
        assert case.case.notes.get(sort="decision").body == "水管已换"
        assert row.call_back_at == now() and row.contacted_in_time is True
    assert queries.to_call_back(actor("clerk"), now()).count() == 4
    told = Message.objects.filter(template="case.decided")
    assert told.count() == 4 and verify().fault is None
    rates = queries.rates(actor("director"), MONDAY.date(), MONDAY.date(), "need")["urgent.water"]
    assert (rates.closed, rates.jobs) == (4, 1)
    actions.call_back(others[0], reached=True, solved="no", by=actor("clerk"), at=now())
    assert open_tasks(others[0]) == ["contact", "handle"], "the next round is its own work"


def test_killed_half_way_nobody_is_answered(monkeypatch) -> None:
    head, others = evening()
    done: list[str] = []

    def dies(number: str, act: str, **more):
        if act == "answer_along" and len(done) == 2:
            raise KeyboardInterrupt
        done.append(act)
        return perform(number, act, **more)

    monkeypatch.setattr(events, "perform", dies)
    with pytest.raises(KeyboardInterrupt):
        actions.reply(
            head.case.number, done=True, text="修好了", by=worker(load(head.case.number)), at=now()
        )
    assert done == ["answer_along"] * 2
    stages = set(Case.objects.filter(help_request__isnull=False).values_list("stage", flat=True))
    assert stages == {"handling"} and open_tasks(head) == ["contact", "handle"]
    assert not Message.objects.filter(template="case.decided").exists()
    assert not HelpRequest.objects.exclude(call_back_at=None).exists()


def test_joined_afterwards_with_a_reason_and_its_own_followers() -> None:
    head, second = burst(), burst(n=1)
    third = burst(second.pk, 2)
    clerk = actor("clerk")
    with pytest.raises(Invalid):
        actions.join_event(second, head, reason=" ", by=clerk, at=now())
    actions.join_event(second, head, reason="同一根水管", by=clerk, at=now())
    for row in (second, third):
        row.refresh_from_db()
        assert row.event_id == head.pk and open_tasks(row) == []
    with pytest.raises(Refused, match="已经是同一件事"):
        actions.join_event(second, head, reason="再并一次", by=clerk, at=now())
    with pytest.raises(Refused, match="已经是同一件事"):
        actions.join_event(head, second, reason="反过来", by=clerk, at=now())
    entry = Entry.objects.get(stream=f"event:{head.pk}", act="join")
    assert entry.account == account("clerk").pk and second.case.number in str(entry.data)
    assert "同一根水管" not in str(entry.data), "words stay in the case, erasable"
    assert verify().fault is None


def test_split_off_it_is_worked_on_again_and_can_be_joined_again() -> None:
    head, (second, third) = evening(3)
    clerk = actor("clerk")
    actions.leave_event(second, reason="是另一幢楼", by=clerk, at=now())
    second.refresh_from_db()
    assert second.event is None and open_tasks(second) == ["contact", "handle"]
    actions.join_event(second, head, reason="还是那根", by=clerk, at=now())
    actions.leave_event(second, reason="查清了，不是", by=clerk, at=now())
    assert {t.attempt for t in load(second.case.number).open_tasks} == {2}
    actions.leave_event(head, reason="第一件才是另一件事", by=clerk, at=now())
    head.refresh_from_db(), third.refresh_from_db()
    assert third.event is None and open_tasks(third) == ["contact", "handle"]
    with pytest.raises(Refused, match="只有这一件"):
        actions.leave_event(head, reason="没有别人了", by=clerk, at=now())
    assert verify().fault is None


def test_a_complaint_is_never_joined_nor_what_is_answered() -> None:
    head, civil = burst(), body("bo-civil-affairs")
    complaint = request_of(take("complaint.office", excluded=(civil.pk,)))
    clerk = actor("clerk")
    for one, other in ((complaint, head), (head, complaint)):
        with pytest.raises(Refused, match="投诉单独办理"):
            actions.join_event(one, other, reason="同一件", by=clerk, at=now())
    with pytest.raises(Refused, match="投诉单独办理"):
        take("complaint.office", excluded=(civil.pk,), same_as=head.pk)
    late = burst(n=1)
    by = worker(load(head.case.number))
    actions.reply(head.case.number, done=True, text="修好了", by=by, at=now())
    with pytest.raises(Refused, match="不能再并"):
        actions.join_event(late, head, reason="同一件", by=clerk, at=now())
    with pytest.raises(Unseen):
        actions.join_event(late, head, reason="同一件", by=actor("clerk3"), at=now())


def test_everybody_is_told_once_with_the_own_number() -> None:
    head, others = evening()
    clerk = actor("clerk")
    assert actions.tell_everybody(head, news="working", by=clerk, at=now()) == 4
    with pytest.raises(Refused, match="已经告诉过"):
        actions.tell_everybody(others[0], news="working", by=clerk, at=now())
    late = burst(head.pk, 9)
    assert actions.tell_everybody(head, news="working", by=clerk, at=now()) == 1
    until = now() + timedelta(hours=2)
    assert actions.tell_everybody(head, news="until", until=until, by=clerk, at=now()) == 5
    for wrong in ({"news": "until"}, {"news": "until", "until": now()}, {"news": "gossip"}):
        with pytest.raises(Invalid):
            actions.tell_everybody(head, **wrong, by=clerk, at=now())
    rows = Message.objects.filter(template__startswith="line.event_")
    for message in rows:
        assert message.facts["number"] == message.about and "来电" not in str(message.facts)
    assert queries.times_told(STREET, [late.case.number]) == {late.case.number: 2}
    assert Entry.objects.filter(stream=f"event:{head.pk}", act="tell").count() == 3


def test_nobody_is_left_behind_when_the_first_ends_otherwise() -> None:
    head, (second, third) = evening(3)
    perform(head.case.number, "void", by=actor("director"), reason="录错了")
    assert ticks.events(now()) == 2 and ticks.events(now()) == 0
    second.refresh_from_db(), third.refresh_from_db()
    assert second.event is None and third.event_id == second.pk
    assert open_tasks(second) == ["contact", "handle"]
    d = load(second.case.number)
    by = worker(d)
    for task in d.open_tasks:
        perform(d.case.number, "finish", by=by, task=str(task.pk), reason="换了水管")
    perform(d.case.number, "decide", by=by, outcome="granted", reason="换了水管")
    assert ticks.events(now()) == 1
    answered = load(third.case.number)
    assert answered.case.stage == "decided"
    assert answered.case.notes.get(sort="decision").body == "换了水管"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("crossed", [False, True])
def test_two_operators_join_at_once(cast, crossed: bool) -> None:
    """The same way both, or each the other's: one wins, the other is told; never a circle."""
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        one, two = burst(), burst(n=1)
        pairs = [(two, one), (one, two) if crossed else (two, one)]
        said: list[str] = []

        def go(who: str, mine: HelpRequest, other: HelpRequest) -> None:
            try:
                with at(MONDAY):
                    actions.join_event(mine.pk, other.pk, reason="同一件", by=actor(who), at=now())
                said.append("done")
            except Exception as refused:
                said.append(getattr(refused, "code", repr(refused)))
            finally:
                connection.close()

        threads = [
            threading.Thread(target=go, args=(who, *pair))
            for who, pair in zip(("clerk", "assistant"), pairs, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert said.count("done") == 1 and set(said) - {"done"} <= {"joined", "moved", "elsewhere"}
    assert HelpRequest.objects.exclude(event=None).count() == 1


def test_the_party_who_called_twice_is_told_about_each() -> None:
    head = burst(party=party("resident").pk)
    burst(head.pk, party=party("resident").pk)
    assert actions.tell_everybody(head, news="over", by=actor("clerk"), at=now()) == 2
