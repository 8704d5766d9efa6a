"""Somebody is sent, signs, gives it back, is recalled; disputes, prices, assistants, time, second
handlings, and what a complained-of body must never see."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cases.world import matter
from tests.cast import STREET, actor, body, party
from yimen.cases.actions import perform
from yimen.cases.dossier import load
from yimen.directory import loaders as directory
from yimen.directory.models import Unit
from yimen.hotline import actions, proposing, queries, ticks
from yimen.hotline.actions import Taken
from yimen.hotline.actions.erasing import HOLDER
from yimen.hotline.models import Dispatch, HelpRequest, PriceAnswer
from yimen.ledger.models import Entry
from yimen.ledger.verify import verify
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import ZONE, at, now
from yimen.notices.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
NIGHT = datetime(2026, 3, 7, 3, 0, tzinfo=ZONE)  # a Saturday
PLACE = f"{STREET}001"
CIVIL, JUSTICE, HOUSING = "body:bo-civil-affairs", "body:bo-justice", "body:bo-housing"


def world() -> None:
    for n in range(1, 9):
        matter(f"help-00{n}")
    directory.demo()


@pytest.fixture(autouse=True)
def _world(cast):
    with at(MONDAY):
        world()
        yield


def take(need: str = "repair.water", **more) -> HelpRequest:
    facts = {
        "need": need,
        "what": "厨房水龙头关不上",
        "place": PLACE,
        "party": party("resident").pk,
    }
    d = actions.take(Taken(**facts | more), by=actor("clerk"), at=now())
    return HelpRequest.objects.get(case=d.case)


def send(row: HelpRequest, to: str, who: str = "clerk", **more) -> Dispatch:
    return actions.dispatch(row.case.number, to=to, by=actor(who), at=now(), **more)


def give_back(row: HelpRequest, who: str) -> None:
    """An officer returns everything of the request that lies with the own body."""
    d, by = load(row.case.number), actor(who)
    for task in [t for t in d.open_tasks if t.sort == "review" and t.body_id in by.bodies()]:
        perform(d.case.number, "return", by=by, task=str(task.pk), reason="不归我们管")


def proposed(row: HelpRequest) -> list[str]:
    return [p.to for p in proposing.proposals(row, load(row.case.number), now())]


def waiting(who: str = "clerk") -> list[HelpRequest]:
    return list(queries.to_dispatch(actor(who)))


def test_what_the_matrix_named_is_to_be_signed_for_too() -> None:
    made = take().dispatches.get()
    assert made.body == body("bo-housing") and made.by is None and made.role == "lead"
    assert made.sign_by == MONDAY + timedelta(hours=4)
    assert not waiting()


@pytest.mark.parametrize(("need", "minutes"), [("urgent.water", 15), ("danger.fire", 10)])
def test_urgent_ones_are_signed_for_in_minutes_at_any_hour(need: str, minutes: int) -> None:
    with at(NIGHT):
        made = take(need).dispatches.get()
        assert made.sign_by == NIGHT + timedelta(minutes=minutes)
    later = NIGHT + timedelta(minutes=minutes)
    with at(later):
        assert ticks.dispatches(later) == 1 and ticks.dispatches(later) == 0
        made.refresh_from_db()
        assert made.state == "lapsed" and [r.pk for r in waiting()] == [made.request_id]
        assert Message.objects.filter(template="line.came_back").exists()


def test_a_unit_on_the_platform_gets_the_engines_task_and_signs_it() -> None:
    row = take("quarrel.noise")
    made = send(row, "unit:mediation")
    d = load(row.case.number)
    assert {t.body_id for t in d.open_tasks} == {body("bo-justice").pk}
    for task in list(d.open_tasks):
        perform(d.case.number, "sign", by=actor("officer8"), task=str(task.pk))
    assert ticks.dispatches(now()) == 1
    made.refresh_from_db()
    assert made.state == "signed" and made.signed_at == now() and not waiting()
    assert [p.state for p in row.dispatches.order_by("number")] == ["withdrawn", "signed"]


def test_returned_with_a_reason_stands_first_in_the_list_at_once() -> None:
    row = take()
    older = take("care.meal")
    made = send(row, JUSTICE)
    assert not waiting()
    give_back(row, "officer8")
    assert waiting() == [row], "before any tick"
    ticks.dispatches(now())
    made.refresh_from_db()
    assert made.state == "returned" and made.reason == "不归我们管"
    send(older, JUSTICE)
    give_back(older, "officer8")
    urgent = take("urgent.water")
    send(urgent, JUSTICE)
    give_back(urgent, "officer8")
    assert waiting() == [urgent, row, older], "the more urgent class before what waits longer"
    assert verify().fault is None


def test_the_body_in_charge_returns_too_and_two_returns_are_a_dispute() -> None:
    row = take()
    give_back(row, "officer6")
    assert waiting() == [row], "what the matrix named is given back to the line"
    send(row, JUSTICE)
    assert waiting() == []
    give_back(row, "officer8")
    assert waiting() == [row]
    with pytest.raises(Forbidden):
        send(row, CIVIL)
    assert send(row, HOUSING, "director", reason="管道归房管").final


def test_nobody_signed_so_it_goes_back_to_the_body_in_charge() -> None:
    row = take()
    made = send(row, JUSTICE)
    late = made.sign_by
    with at(late - timedelta(minutes=1)):
        assert ticks.dispatches(now()) == 0
    with at(late):
        assert ticks.dispatches(now()) == 1
        made.refresh_from_db()
        assert made.state == "lapsed" and made.ended_at == late
        assert {t.body_id for t in load(row.case.number).open_tasks} == {body("bo-housing").pk}
        assert waiting() == [row]
        assert proposed(row)[-1] == JUSTICE or JUSTICE not in proposed(row)


def test_signed_in_time_is_never_taken_back() -> None:
    row = take()
    made = send(row, JUSTICE)
    d = load(row.case.number)
    for task in list(d.open_tasks):
        perform(d.case.number, "sign", by=actor("officer8"), task=str(task.pk))
    with at(made.sign_by + timedelta(days=1)):
        ticks.dispatches(now())
    made.refresh_from_db()
    assert made.state == "signed"


def test_two_returns_are_a_dispute_and_its_decision_stays() -> None:
    row = take()
    for to, who in ((JUSTICE, "officer8"), (CIVIL, "officer")):
        send(row, to)
        give_back(row, who)
    with pytest.raises(Forbidden, match="裁定"):
        send(row, JUSTICE)
    with pytest.raises(Forbidden, match="裁定"):
        send(row, JUSTICE, "assistant")
    with pytest.raises(Invalid, match="为什么"):
        send(row, JUSTICE, "director")
    made = send(row, JUSTICE, "director", reason="按责任表由司法行政后台调解")
    assert made.final and made.sign_by is None
    with pytest.raises(Refused, match="裁定"):
        give_back(row, "officer8")
    task = load(row.case.number).open_tasks[0]
    with pytest.raises(Refused, match="裁定"):
        perform(row.case.number, "offer", by=actor("officer8"), task=str(task.pk),
                body="bo-civil-affairs")  # fmt: skip
    with pytest.raises(Forbidden):
        actions.recall(made.pk, reason="算了", by=actor("clerk"), at=now())
    actions.recall(made.pk, reason="另行安排", by=actor("director"), at=now())
    assert {t.body_id for t in load(row.case.number).open_tasks} == {body("bo-housing").pk}


def test_nobody_but_the_line_says_that_a_dispute_is_settled() -> None:
    row = take()
    task = load(row.case.number).open_tasks[0]
    with pytest.raises(Refused):
        perform(row.case.number, "offer", by=actor("officer6"), task=str(task.pk),
                body="bo-justice", final=True)  # fmt: skip


def test_what_was_sent_is_recalled_before_somebody_else_is() -> None:
    row = take()
    made = send(row, JUSTICE)
    with pytest.raises(Refused, match="撤回"):
        send(row, CIVIL)
    with pytest.raises(Invalid):
        actions.recall(made.pk, reason=" ", by=actor("clerk"), at=now())
    actions.recall(made.pk, reason="派错了", by=actor("assistant"), at=now())
    assert waiting() == [row]
    send(row, CIVIL)
    assert {t.body_id for t in load(row.case.number).open_tasks} == {body("bo-civil-affairs").pk}


def test_a_unit_without_the_platform_is_rung_up() -> None:
    row = take("urgent.water")
    made = send(row, "unit:property-wutong")
    assert made.by_phone and made.task is None and made.sign_by == now() + timedelta(minutes=15)
    assert {t.body_id for t in load(row.case.number).open_tasks} == {body("bo-housing").pk}
    with pytest.raises(Refused):
        actions.reported(made.pk, text="修好了", done=True, by=actor("clerk"), at=now())
    actions.took(made.pk, by=actor("clerk"), at=now())
    actions.reported(made.pk, text="半小时到", done=False, by=actor("clerk"), at=now())
    actions.reported(made.pk, text="已换阀门", done=True, by=actor("assistant"), at=now())
    made.refresh_from_db()
    assert (made.state, made.report) == ("done", "已换阀门")
    with pytest.raises(Forbidden):
        actions.took(take().dispatches.get().pk, by=actor("clerk"), at=now())


def test_a_unit_that_says_no_on_the_telephone_comes_back() -> None:
    row = take("urgent.water")
    made = send(row, "unit:property-wutong")
    with pytest.raises(Invalid):
        actions.declined(made.pk, reason="", by=actor("clerk"), at=now())
    actions.declined(made.pk, reason="全部出去了", by=actor("clerk"), at=now())
    assert waiting() == [row] and proposed(row)[-1] == "unit:property-wutong"


def test_a_price_is_told_and_answered_before_anybody_comes() -> None:
    row = take("care.bath")
    with pytest.raises(Refused, match="价格"):
        send(row, "unit:care-station")
    said = {"unit": "care-station", "price": "每小时 45 元", "by": actor("clerk"), "at": now()}
    with pytest.raises(Invalid):
        actions.answer_price(row.case.number, agreed=True, said_by="nobody", **said)
    actions.answer_price(row.case.number, agreed=False, said_by="caller", **said)
    with pytest.raises(Refused, match="价格"):
        send(row, "unit:care-station")
    with at(MONDAY + timedelta(minutes=5)):
        yes = actions.answer_price(
            row.case.number, agreed=True, said_by="family", **said | {"at": now()}
        )
        made = send(row, "unit:care-station")
    assert made.price == yes and (yes.said_by, yes.price) == ("family", "每小时 45 元")
    assert "45 元" not in str([e.data for e in Entry.objects.filter(stream=f"price:{yes.pk}")])


def test_a_price_is_asked_whichever_way_the_unit_is_sent() -> None:
    """The body in charge hands the work on by the engine's own verb: the same yes is needed."""
    row = take("care.bath")
    d = load(row.case.number)
    task = next(t for t in d.open_tasks if t.key == "handle")
    lead = next(
        w for w in ("officer", "assistant", "officer6") if task.body_id in actor(w).bodies()
    )
    care = Unit.objects.get(code="care-station").body.code
    with pytest.raises(Refused, match="价格"):
        perform(d.case.number, "offer", by=actor(lead), task=str(task.pk), body=care)
    actions.answer_price(
        d.case.number, unit="care-station", price="每小时 45 元", agreed=True, said_by="caller",
        by=actor("clerk"), at=now(),
    )  # fmt: skip
    perform(d.case.number, "offer", by=actor(lead), task=str(task.pk), body=care)
    task.refresh_from_db()
    assert task.body.code == care and task.state == "offered"


def test_assistants_hold_no_clock_and_nobody_waits_for_them() -> None:
    row = take("care.meal")
    before = load(row.case.number).case.due_at
    made = send(row, JUSTICE, role="assist")
    d = load(row.case.number)
    assert made.task is not None and not made.task.required and made.task.due_at is None
    assert d.case.due_at == before and made.sign_by is None
    with pytest.raises(Refused):
        send(row, JUSTICE, role="assist")
    lead = row.dispatches.get(role="lead")
    assert lead.state == "sent", "an assistant takes nothing from whoever leads"
    actions.reply(row.case.number, done=True, text="办好了", by=actor("officer"), at=now())
    ticks.dispatches(now())
    made.refresh_from_db()
    lead.refresh_from_db()
    assert (lead.state, made.state) == ("done", "done")


def test_an_assistant_gives_back_without_leaving_work_behind() -> None:
    row = take("care.meal")
    made = send(row, JUSTICE, role="assist")
    perform(
        row.case.number, "return", by=actor("officer8"), task=str(made.task_id), reason="没有空"
    )
    ticks.dispatches(now())
    made.refresh_from_db()
    assert made.state == "returned" and not waiting()
    assert all(t.required for t in load(row.case.number).open_tasks)


def test_who_is_complained_of_is_not_proposed_not_sent_and_not_counted() -> None:
    justice = body("bo-justice")
    row = take("complaint.service", excluded=(justice.pk,))
    Unit.objects.filter(code="mediation").update(areas=[])
    assert "unit:mediation" not in proposed(row) and JUSTICE not in proposed(row)
    for to in ("unit:mediation", JUSTICE):
        for role in ("lead", "assist"):
            with pytest.raises(Refused, match="被投诉"):
                send(row, to, role=role)
    made = send(row, HOUSING)
    for verb in (
        lambda by: actions.dispatch(row.case.number, to=HOUSING, by=by, at=now()),
        lambda by: actions.recall(made.pk, reason="x", by=by, at=now()),
        lambda by: perform(row.case.number, "sign", by=by, task=str(made.task_id)),
    ):
        with pytest.raises((Unseen, Forbidden)):
            verb(actor("officer8"))
    assert row not in queries.visible_to(actor("officer8"))
    give_back(row, "officer6")
    assert waiting() == [row] and proposing.records(STREET) == {}


def test_who_does_not_work_on_the_line_sends_nobody() -> None:
    row = take()
    for who in ("officer6", "head"):
        with pytest.raises(Forbidden):
            send(row, JUSTICE, who)
        with pytest.raises(Forbidden):
            actions.answer_price(
                row.case.number, unit="care-station", price="1", agreed=True, said_by="caller",
                by=actor(who), at=now(),
            )  # fmt: skip


def test_not_solved_goes_to_the_head_with_three_working_days() -> None:
    row = take()
    actions.reply(row.case.number, done=True, text="换了阀芯", by=actor("officer6"), at=now())
    actions.call_back(row, reached=True, solved="no", by=actor("clerk"), at=now())
    d = load(row.case.number)
    assert d.case.round == 2 and len(d.open_tasks) == 2
    assert d.term("decide_promised").due_at.date() == (MONDAY + timedelta(days=3)).date()
    assert all(t.due_at.date() <= (MONDAY + timedelta(days=3)).date() for t in d.open_tasks)
    from yimen.bodies.queries import heads_of

    heads = heads_of(d.case.lead_id, MONDAY.date())
    assert heads and {t.assignee_id for t in d.open_tasks} == {heads[0]}
    assert [(m.round, m.state) for m in row.dispatches.order_by("number")] == [
        (1, "done"),
        (2, "sent"),
    ]


def test_what_was_short_stays_short_the_second_time() -> None:
    row = take("urgent.water")
    actions.reply(row.case.number, done=True, text="堵上了", by=actor("officer6"), at=now())
    actions.call_back(row, reached=True, solved="no", by=actor("clerk"), at=now())
    assert load(row.case.number).term("decide_promised").due_at == now() + timedelta(hours=2)


def test_results_of_earlier_jobs_are_counted_by_what_callers_said() -> None:
    for solved in ("yes", "no"):
        row = take("urgent.water")
        made = send(row, "unit:property-wutong")
        actions.took(made.pk, by=actor("clerk"), at=now())
        actions.reply(row.case.number, done=True, text="好了", by=actor("officer6"), at=now())
        ticks.dispatches(now())
        actions.call_back(row, reached=True, solved=solved, by=actor("clerk"), at=now())
    unit = Unit.objects.get(code="property-wutong")
    found = proposing.records(STREET)[unit.pk]
    assert (found.jobs, found.done, found.good) == (0, 2, 1)


def test_each_proposal_says_why_in_words() -> None:
    row = take("urgent.water")
    found = proposing.proposals(row, load(row.case.number), now())
    night = next(p for p in found if p.to == "unit:repair-night")
    assert "昼夜都开" in night.reasons and any("漏水停电抢修" in r for r in night.reasons)
    assert [p.key for p in found] == list(range(1, len(found) + 1)) and len(found) <= 9
    matrix = next(p for p in found if p.to == HOUSING)
    assert any("房管后台" in r for r in matrix.reasons)
    with at(NIGHT):
        found = proposing.proposals(row, load(row.case.number), now())
        closed = next(p for p in found if p.to == "unit:property-wutong")
        assert closed.against == ["现在不开"] and found[0].to == "unit:repair-night"


def test_the_database_holds_to_it() -> None:
    row = take()
    made = send(row, JUSTICE)
    for wrong in ({"state": "returned"}, {"state": "signed"}, {"body": None}, {"final": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Dispatch.objects.filter(pk=made.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.filter(request=row, by=None).update(state="sent", ended_at=None)


def test_an_erased_caller_takes_the_words_along() -> None:
    row = take("urgent.water")
    made = send(row, "unit:property-wutong")
    actions.took(made.pk, by=actor("clerk"), at=now())
    actions.reported(made.pk, text="王阿姨在家等", done=True, by=actor("clerk"), at=now())
    HOLDER.erase([row.case.applicant_id], by=actor("admin"), at=now())
    made.refresh_from_db()
    assert "王阿姨" not in made.report and made.state == "done"


@pytest.mark.django_db(transaction=True)
def test_two_operators_send_at_once(cast) -> None:
    with at(MONDAY):
        world()
        row = take()
        said: list[str] = []

        def go(who: str, to: str) -> None:
            try:
                with at(MONDAY):
                    send(row, to, who)
                said.append("done")
            except Exception as refused:
                said.append(getattr(refused, "code", repr(refused)))
            finally:
                connection.close()

        both = [
            threading.Thread(target=go, args=p) for p in (("clerk", JUSTICE), ("assistant", CIVIL))
        ]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
    open_ones = Dispatch.objects.filter(request=row, role="lead", state__in=Dispatch.OPEN)
    assert open_ones.count() == 1 and said.count("done") == 1
    assert PriceAnswer.objects.count() == 0
