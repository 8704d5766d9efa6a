"""The life of a request for help: taken with its call, acted on, answered, called back, solved by
the caller's word; dangers handed over; shifts handed on."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cases.world import matter
from tests.cast import STREET, account, actor, body, party
from yimen.cases.actions import perform
from yimen.cases.dossier import load
from yimen.cases.models import Case
from yimen.hotline import actions, queries, ticks
from yimen.hotline.actions import Taken
from yimen.hotline.actions.erasing import HOLDER
from yimen.hotline.models import CallBack, HelpRequest, LineCall, ShiftNote, Transfer
from yimen.hotline.near import nearby
from yimen.ledger.models import Entry
from yimen.ledger.verify import verify
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import ZONE, at, now
from yimen.notices.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
NIGHT = datetime(2026, 3, 7, 3, 0, tzinfo=ZONE)  # a Saturday
PLACE = f"{STREET}001"


@pytest.fixture(autouse=True)
def catalogue(cast):
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        yield


def take(need: str = "repair.water", **more):
    facts = {"need": need, "what": "厨房水龙头关不上", "where": "梧桐路 1 弄 2 号", "place": PLACE,
             "party": party("resident").pk}  # fmt: skip
    call = more.pop("call", None)
    return actions.take(Taken(**facts | more), by=actor("clerk"), at=now(), call=call)


def request_of(d) -> HelpRequest:
    return HelpRequest.objects.get(case=d.case)


def worker(d):
    """The officer of the body that leads a case."""
    names = {"bo-housing": "officer6", "bo-civil-affairs": "officer", "bo-justice": "officer7"}
    code = d.case.lead.code
    known = {a: actor(a) for a in ("officer", "officer6", "officer7", "officer8", "officer9")}
    return next((k for k in known.values() if d.case.lead_id in k.bodies()), None) or actor(
        names[code]
    )


def answered(**more):
    d = take(**more)
    return actions.reply(d.case.number, done=True, text="已换阀芯", by=worker(d), at=now())


def test_a_call_becomes_a_case_that_is_accepted_and_routed() -> None:
    call = actions.answer(number="13900009999", line="daily", by=actor("clerk"), at=now())
    d = take(call=call, party=None, name="王阿姨", phone="13900009999", line="daily")
    assert d.case.stage == "handling" and d.case.channel == "phone"
    assert d.case.lead == body("bo-housing") and d.case.place == PLACE
    assert {t.key for t in d.open_tasks} == {"contact", "handle"}
    assert all(t.body_id == body("bo-housing").pk for t in d.open_tasks)
    row = request_of(d)
    assert (row.need, row.sort, row.line, row.call_id) == ("repair.water", "help", "daily", call.pk)
    call.refresh_from_db()
    assert call.outcome == "request" and call.ended_at
    assert verify().fault is None
    assert not any(
        "水龙头" in str(e.data) or "13900009999" in str(e.data) for e in Entry.objects.all()
    )


@pytest.mark.parametrize(("need", "minutes"), [("urgent.water", 30), ("danger.fire", 10)])
def test_what_is_urgent_is_due_in_minutes_at_any_hour(need: str, minutes: int) -> None:
    with at(NIGHT):
        d = take(need)
    due = d.term("decide_promised").due_at
    assert due == NIGHT + (timedelta(hours=2) if minutes == 30 else timedelta(hours=1))
    assert {t.due_at for t in d.open_tasks} == {NIGHT + timedelta(minutes=minutes)}
    assert d.kind.urgent


def test_an_ordinary_request_has_five_working_days_and_its_contact_one() -> None:
    d = take()
    due = {t.key: t.due_at.date() for t in d.open_tasks}
    assert due["contact"] == (MONDAY + timedelta(days=1)).date()
    assert d.term("decide_promised").due_at.date() == (MONDAY + timedelta(days=7)).date()


def test_the_line_takes_for_the_whole_street() -> None:
    d = take(place=f"{STREET}005")  # served by the other centre, where the clerk has no seat
    assert d.case.stage == "handling" and d.case.place == f"{STREET}005"


def test_who_is_complained_of_gets_nothing_and_sees_nothing() -> None:
    civil = body("bo-civil-affairs")
    d = take("complaint.office", excluded=(civil.pk,))
    assert d.case.lead_id != civil.pk and civil.pk not in {t.body_id for t in d.open_tasks}
    for who in ("officer", "head"):
        assert not queries.visible_to(actor(who)).filter(case=d.case).exists()
        with pytest.raises(Unseen):
            perform(d.case.number, "urge", by=actor(who), reason="看看")


def test_an_operator_has_one_call_at_a_time() -> None:
    by = actor("clerk")
    first = actions.answer(number="13900009999", by=by, at=now())
    with pytest.raises(Refused, match="还有一通电话"):
        actions.answer(number="13900008888", by=by, at=now())
    actions.keep_draft(first, draft={"what": "漏水"}, by=by, at=now())
    assert queries.open_call(by).draft == {"what": "漏水"}
    with pytest.raises(Unseen):
        actions.hang_up(first, outcome="silent", by=actor("clerk2"), at=now())
    actions.hang_up(first, outcome="silent", by=by, at=now())
    first.refresh_from_db()
    assert first.draft == {} and queries.open_call(by) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        LineCall.objects.filter(pk=first.pk).update(outcome="")


def test_several_people_behind_one_number() -> None:
    phone = "13900007777"
    take(party=None, name="张三", phone=phone)
    take(party=None, name="张小三", phone=phone)
    call = actions.answer(number=phone, by=actor("clerk"), at=now())
    names = {p.name for p in queries.sharing(call.number_of)}
    assert names == {"张三", "张小三"}


def test_many_calls_about_one_thing_are_one_event() -> None:
    first = request_of(take("urgent.water"))
    second = request_of(take("urgent.water", party=party("resident2").pk, same_as=first.pk))
    third = request_of(take("urgent.water", party=party("mother").pk, same_as=second.pk))
    assert second.event == third.event == first and first.event is None
    near = nearby(actor("clerk"), PLACE, ["urgent"], now())
    assert near == [first], "only the event itself is proposed"


def test_handler_answers_caller_says_solved() -> None:
    d = answered()
    assert d.case.stage == "decided"
    row = request_of(d)
    assert row.contacted_in_time is True and row.call_back_at == now()
    assert list(queries.to_call_back(actor("clerk"), now())) == [row]
    with pytest.raises(Forbidden):
        actions.call_back(row, reached=True, solved="yes", by=worker(d), at=now())
    actions.call_back(row, reached=True, solved="yes", content=True, by=actor("clerk"), at=now())
    case = Case.objects.get(pk=d.case.pk)
    assert case.stage == "closed" and case.solved == "yes"
    with pytest.raises(Refused):
        actions.call_back(row, reached=True, solved="no", by=actor("clerk"), at=now())


def test_what_is_answered_is_not_answered_again_by_anybody() -> None:
    d = answered()
    row = request_of(d)
    actions.call_back(row, reached=True, solved="yes", by=actor("clerk"), at=now())
    for who in (worker(d), actor("clerk"), actor("officer9")):
        with pytest.raises(Refused):
            actions.reply(d.case.number, done=True, text="再答一次", by=who, at=now())
    row.refresh_from_db()
    assert row.call_back_at is None


def test_a_handler_cannot_set_solved() -> None:
    d = answered()
    clerk = actor("clerk")
    perform(d.case.number, "deliver", by=clerk, way="electronic")
    perform(d.case.number, "confirm", by=clerk, proof="called")
    with pytest.raises((Forbidden, Unseen)):
        perform(d.case.number, "solved", by=worker(d), answer="yes")


def test_not_solved_opens_the_next_round_and_both_count() -> None:
    d = answered()
    actions.call_back(request_of(d), reached=True, solved="no", by=actor("clerk"), at=now())
    again = load(d.case.number)
    assert again.case.stage == "handling" and again.case.round == 2 and again.open_tasks
    actions.reply(d.case.number, done=True, text="再修一次", by=worker(d), at=now())
    actions.call_back(
        request_of(d), reached=True, solved="yes", content=True, by=actor("clerk"), at=now()
    )
    rates = queries.rates(actor("director"), now().date(), now().date(), "need")["repair.water"]
    assert (rates.closed, rates.reached, rates.solved) == (1, 2, 1)
    assert rates.solved_rate == 0.5
    assert [c.round for c in CallBack.objects.order_by("at", "round")] == [1, 2]


def test_unreached_three_times_is_a_figure_of_its_own() -> None:
    d = answered()
    row = request_of(d)
    for n in range(3):
        with at(MONDAY + timedelta(hours=5 * n)):
            actions.call_back(row, reached=False, by=actor("clerk"), at=now())
            row.refresh_from_db()
            assert (row.call_back_at is None) == (n == 2)
    case = Case.objects.get(pk=d.case.pk)
    assert case.stage == "closed" and case.solved == ""
    rates = queries.rates(actor("director"), MONDAY.date(), MONDAY.date(), "lead")[case.lead_id]
    assert (rates.unreached, rates.reached, rates.solved) == (1, 0, 0) and rates.solved_rate is None


def test_the_alarm_takes_and_hands_over_at_once() -> None:
    with at(NIGHT):
        call = actions.answer(number="13900009999", by=actor("clerk"), at=now())
        made = actions.transfer("120", call=call, by=actor("clerk"), at=now())
        assert made.request.need == "danger.ill" and made.request.case.stage == "handling"
        with pytest.raises(Refused, match="已经转过"):
            actions.transfer("120", request=made.request, by=actor("clerk"), at=now())
        actions.transfer("110", request=made.request, by=actor("clerk"), at=now())
        assert ticks.transfers(now()) == 0
    later = NIGHT + timedelta(minutes=30)
    with at(later):
        assert ticks.transfers(later) == 2 and ticks.transfers(later) == 0
        assert Message.objects.filter(template="line.transfer_open").exists()
        for one in Transfer.objects.all():
            actions.learn(one, outcome="已送医院", by=actor("clerk2"), at=now())
    assert ticks.transfers(later + timedelta(hours=2)) == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.update(outcome="")


def test_a_wrong_need_or_nothing_said_is_told() -> None:
    for wrong in ({"need": "rocket"}, {"what": " "}):
        with pytest.raises(Invalid):
            take(**wrong)
    with pytest.raises(Forbidden):
        actions.take(Taken("repair", "坏了"), by=actor("officer"), at=now())
    assert not HelpRequest.objects.exists()


def test_the_next_shift_signs_and_nobody_signs_for_themselves() -> None:
    note = actions.write_note("3 号楼停电，电力公司九点到", by=actor("clerk"), at=now())
    with pytest.raises(Forbidden):
        actions.sign_note(note.pk, by=actor("clerk"), at=now())
    actions.sign_note(note.pk, by=actor("clerk2"), at=now())
    with pytest.raises(Refused):
        actions.sign_note(note.pk, by=actor("director"), at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        ShiftNote.objects.update(signed_by=account("clerk"))


@pytest.mark.django_db(transaction=True)
def test_two_operators_call_back_at_once(cast) -> None:
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        row = request_of(answered())
        said: list[str] = []

        def go(who: str, solved: str) -> None:
            try:
                with at(MONDAY):
                    actions.call_back(row.pk, reached=True, solved=solved, by=actor(who), at=now())
                said.append("done")
            except Exception as refused:
                said.append(getattr(refused, "code", repr(refused)))
            finally:
                connection.close()

        both = [
            threading.Thread(target=go, args=p) for p in (("clerk", "yes"), ("assistant", "partly"))
        ]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
    assert sorted(said) == ["done", "not_due"]
    assert CallBack.objects.count() == 1


def test_an_erased_caller_leaves_a_call_of_nobody() -> None:
    call = actions.answer(number="13900009999", by=actor("clerk"), at=now())
    made = actions.transfer("120", call=call, by=actor("clerk"), at=now())
    actions.learn(made, outcome="王阿姨已送医", by=actor("clerk"), at=now())
    actions.hang_up(call, by=actor("clerk"), at=now())
    who = made.request.case.applicant_id
    assert HOLDER.tell([who])["calls"]
    HOLDER.erase([who], by=actor("admin"), at=now())
    call.refresh_from_db()
    made.refresh_from_db()
    assert call.number_of is None and "王阿姨" not in made.outcome and call.outcome == "request"


def test_who_rings_and_says_a_name_can_be_called_back() -> None:
    number = "19900000082"
    first = actions.answer(number=number, by=actor("clerk"), at=now())
    d = actions.take(
        Taken("company", "陪聊", name="钱奶奶"), call=first, by=actor("clerk"), at=now()
    )
    who = d.case.applicant
    assert who.pk == first.number_of_id and who.name == "钱奶奶" and who.phone_mask == "199****0082"
    second = actions.answer(number=number, by=actor("director"), at=now())
    assert second.number_of_id == who.pk
    d = actions.take(
        Taken("company", "取药", name="孙爷爷"), call=second, by=actor("director"), at=now()
    )
    assert d.case.applicant_id != who.pk and d.case.applicant.phone_mask == "199****0082"
    assert {p.name for p in queries.sharing(who)} == {"钱奶奶", "孙爷爷"}
    assert not any(number in str(e.data) for e in Entry.objects.all())
