"""The truth about results: who is called back, what a unit may object to, and figures that the
record gives once more to the digit (HLP-6)."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.world import matter
from tests.cast import STREET, account, actor, body, party
from tests.hotline.test_line import worker
from yimen.cases.actions import perform
from yimen.cases.dossier import load
from yimen.hotline import actions, months, queries, reckoning, rules, ticks
from yimen.hotline import behind as figures
from yimen.hotline.actions import Taken
from yimen.hotline.models import CallBack, CallBackObjection, HelpRequest
from yimen.ledger.verify import verify
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import ZONE, at, local, now
from yimen.notices.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
SPAN = "first=2026-03-01&last=2026-03-31"
DAYS = MONDAY.date(), (MONDAY + timedelta(days=20)).date()


@pytest.fixture(autouse=True)
def catalogue(cast):
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        yield


def browser(who: str) -> Client:
    client = Client()
    client.force_login(account(who))
    return client


def take(need: str = "repair.water", **more):
    facts = {"need": need, "what": "关不上", "place": f"{STREET}001", "party": party("resident").pk}
    return actions.take(Taken(**facts | more), by=actor("clerk"), at=now())


def answered(**more):
    d = take(**more)
    return actions.reply(d.case.number, done=True, text="已换阀芯", by=worker(d), at=now())


def row_of(d) -> HelpRequest:
    return HelpRequest.objects.get(case=d.case)


def called(d, **said) -> CallBack:
    actions.call_back(row_of(d), **({"reached": True} | said), by=actor("clerk"), at=now())
    return CallBack.objects.filter(request__case=d.case).latest("at", "number")


@given(st.text("0123456789HS-", min_size=6, max_size=20), st.integers(0, 100), st.integers(0, 100))
def test_a_larger_sample_asks_everybody_that_a_smaller_asks(number, one, two) -> None:
    small, large = sorted((one, two))
    assert rules.is_called_back(number, "help", 1, {"all": large}) or not rules.is_called_back(
        number, "help", 1, {"all": small}
    )
    for sort, round_ in (("complaint", 1), ("emergency", 1), ("help", 2)):
        assert rules.is_called_back(number, sort, round_, {"all": 0})


def test_the_sample_is_about_as_large_as_asked_and_a_class_has_its_own() -> None:
    numbers = [f"H310199001-2603-{n:06d}" for n in range(4000)]
    asked = sum(rules.is_called_back(n, "help", 1, {"all": 90, "help": 25}) for n in numbers)
    assert 900 < asked < 1100


def test_who_is_not_in_the_sample_has_the_answer_and_is_no_success(settings) -> None:
    settings.YIMEN_CALL_BACK_SHARES = {"all": 0}
    d = answered()
    d = load(d.case.number)
    row = row_of(d)
    assert d.case.stage == "closed" and row.left_out and row.call_back_at is None
    assert not queries.to_call_back(actor("clerk"), now()).exists()
    total = sum(queries.rates(actor("director"), *DAYS, "need").values(), rules.Asked())
    assert (total.closed, total.unasked, total.reached, total.solved) == (1, 1, 0, 0)
    assert total.solved_rate is None
    # the caller may still say that it is not solved: then the next round is asked about
    perform(d.case.number, "reopen", by=actor("resident"), reason="还在漏")
    again = actions.reply(d.case.number, done=True, text="换了管子", by=worker(d), at=now())
    assert again.case.round == 2 and row_of(d).call_back_at == now() and not row_of(d).left_out


def test_what_was_answered_by_another_way_is_sampled_too(settings) -> None:
    settings.YIMEN_CALL_BACK_SHARES = {"all": 0}
    d = take()
    for task in list(d.open_tasks):
        d = perform(d.case.number, "finish", by=worker(d), task=str(task.pk), reason="修好了")
    perform(d.case.number, "decide", by=worker(d), outcome="granted", reason="修好了")
    assert ticks.calls_back(now()) == 1 and row_of(d).left_out
    assert load(d.case.number).case.stage == "closed"
    assert ticks.calls_back(now()) == 0


def test_a_caller_who_opens_it_again_after_three_vain_tries_is_tried_again() -> None:
    d = answered()
    for n in range(3):
        with at(MONDAY + timedelta(hours=4 * n)):
            called(d, reached=False)
    with at(MONDAY + timedelta(days=1)):
        perform(d.case.number, "reopen", by=actor("resident"), reason="没解决")
        actions.reply(d.case.number, done=True, text="又去了一次", by=worker(d), at=now())
        assert called(d, solved="yes").round == 2


def test_a_unit_objects_and_what_is_upheld_counts_no_more() -> None:
    d = answered()
    back = called(d, solved="partly", content=False)
    unit = worker(d)
    made = actions.object_to(back.pk, reason="阀门属于业主私装，不在职责内", by=unit, at=now())
    before = queries.rates(actor("director"), *DAYS, "need")["repair.water"]
    assert (before.reached, before.partly, before.excused) == (1, 1, 0), (
        "objecting alone changes nothing"
    )
    with pytest.raises(Forbidden):
        actions.judge(made.pk, upheld=True, why="自己裁定", by=unit, at=now())
    actions.judge(made.pk, upheld=True, why="证据充分", by=actor("director"), at=now())
    after = queries.rates(actor("director"), *DAYS, "need")["repair.water"]
    assert (after.closed, after.reached, after.partly, after.excused) == (1, 0, 0, 1)
    with pytest.raises(Refused):
        actions.judge(made.pk, upheld=False, why="再想想", by=actor("director"), at=now())
    assert Message.objects.filter(template="line.objection_judged").exists()
    assert reckoning.differences(STREET, *DAYS) == [] and verify().fault is None


def test_an_objection_has_its_limits() -> None:
    d = answered()
    back = called(d, solved="no")
    with pytest.raises(Invalid):
        actions.object_to(back.pk, reason="  ", by=worker(d), at=now())
    with pytest.raises((Forbidden, Unseen)):
        actions.object_to(back.pk, reason="不是我们", by=actor("clerk"), at=now())
    with at(MONDAY + timedelta(days=8)), pytest.raises(Refused, match="期限"):
        actions.object_to(back.pk, reason="晚了", by=worker(d), at=now())
    with at(MONDAY + timedelta(days=7)):
        actions.object_to(back.pk, reason="五个工作日的最后一天", by=worker(d), at=now())
        with pytest.raises(Refused):
            actions.object_to(back.pk, reason="再来一次", by=worker(d), at=now())
    good = answered()
    with pytest.raises(Forbidden):
        actions.object_to(
            called(good, solved="yes", content=True).pk, reason="太好", by=worker(good), at=now()
        )


def test_the_database_refuses_a_judgement_without_its_reason() -> None:
    d = answered()
    made = actions.object_to(called(d, solved="no").pk, reason="不是我们", by=worker(d), at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        CallBackObjection.objects.filter(pk=made.pk).update(upheld=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        CallBackObjection.objects.filter(pk=made.pk).update(
            upheld=True, why="自己", judged_by=made.by_id, judged_at=now()
        )


def test_the_record_gives_the_same_figures_to_the_digit_and_finds_what_was_changed(
    settings,
) -> None:
    settings.YIMEN_CALL_BACK_SHARES = {"all": 100, "consultation": 0}
    called(answered(), solved="yes", content=True)
    called(answered(line="daily"), solved="partly", content=False)
    called(answered(need="quarrel.noise"), solved="no")
    answered(need="advice.policy")  # not asked back
    lost = answered(need="care.meal")
    for _ in range(3):
        called(lost, reached=False)
    take("street.light")  # no answer yet: counts nowhere
    assert reckoning.differences(STREET, *DAYS) == []
    recorded = reckoning.rebuild(STREET, *DAYS)
    for part in queries.BY:
        total = sum(recorded[part].values(), rules.Asked())
        assert (total.closed, total.reached, total.unreached, total.unasked) == (5, 3, 1, 1)
        assert (total.solved, total.partly, total.content) == (1, 1, 1)
    CallBack.objects.filter(solved="no").update(solved="yes")
    told = reckoning.differences(STREET, *DAYS)
    assert {part for part, *_rest in told} == set(queries.BY)
    assert {(c.solved, r.solved) for part, key, c, r in told if key == "quarrel.noise"} == {(1, 0)}


def test_every_row_adds_up_and_who_is_still_to_be_asked_has_a_column(settings) -> None:
    """Each answered request stands in one column of what became of its call back, once more for each
    further round; and each figure opens exactly what it counts."""
    settings.YIMEN_CALL_BACK_SHARES = {"all": 100, "consultation": 0}
    called(answered(), solved="yes", content=True)
    answered()  # still to be asked
    called(answered(), reached=False)  # tried once: still to be asked
    answered(need="advice.policy")  # not in the sample
    again = answered()
    called(again, solved="no")  # in its second round, which has no answer yet
    twice = answered()
    called(twice, solved="no")
    actions.reply(twice.case.number, done=True, text="又去了", by=worker(twice), at=now())
    director = actor("director")
    total = sum(queries.rates(director, *DAYS, "need").values(), rules.Asked())
    assert (total.closed, total.waiting, total.reached, total.unasked) == (6, 3, 3, 1)
    assert total.rounds == 7, "six answered, one of them twice"
    for of in ("answered", "waiting", "reached", "unreached", "unasked", "excused"):
        rows = figures.requests(director, *DAYS, by="all", key="", of=of)
        assert len(rows) == getattr(total, {"answered": "closed"}.get(of, of)), of
    assert reckoning.differences(STREET, *DAYS) == []
    page = browser("director").get("/desk/line/rates/month/?month=2026-03").text
    assert "还没回访" in page and "of=waiting" in page


def test_the_month_counts_only_what_its_reader_opens() -> None:
    """A complaint about the centre is no figure on the centre's own sheet, nor in its daily data."""
    take()
    hidden = take("complaint.office", excluded=tuple(actor("director").bodies()))
    client = browser("director")
    page = client.get("/desk/line/rates/month/?month=2026-03")
    assert page.context["taken"]["n"] == 1 and "对您单位的投诉不在这张表里" in page.text
    assert [n for _name, n, _key in page.context["taken"]["needs"]] == [1]
    assert (
        hidden.case.number
        not in client.get(f"/desk/line/rates/requests/?by=all&of=taken&{SPAN}").text
    )
    assert [line for line in months._days(actor("director"), *DAYS) if "complaint" in line[1]] == []
    differs = reckoning.differences(STREET, *DAYS, queries.visible_to(actor("director")))
    assert differs == []


def test_calls_that_go_on_open_only_those() -> None:
    for outcome in ("wrong", "silent"):
        call = actions.answer(by=actor("clerk"), at=now())
        actions.hang_up(call, outcome=outcome, by=actor("clerk"), at=now())
    actions.answer(by=actor("clerk"), at=now())
    client = browser("director")
    ended = client.get("/desk/line/rates/month/?month=2026-03").context["calls"]["ended"]
    for name, n, key in ended:
        there = client.get(f"/desk/line/rates/requests/?by=outcome&key={key}&{SPAN}")
        assert len(there.context["rows"]) == n, name


def test_queries_of_the_check_do_not_grow_with_requests(django_assert_max_num_queries) -> None:
    for _ in range(4):
        called(answered(), solved="yes")
    with django_assert_max_num_queries(3 + 2 * len(queries.BY)):
        assert reckoning.differences(STREET, *DAYS) == []


def test_what_complains_of_a_body_is_not_objected_to_by_it() -> None:
    civil = body("bo-civil-affairs")
    d = take("complaint.office", excluded=(civil.pk,))
    back = CallBack.objects.create(
        street=STREET, request=row_of(d), round=1, number=1, at=now(), by_id=actor("clerk").account,
        reached=True, last=True, solved="no",
    )  # fmt: skip
    assert not queries.call_backs(actor("officer")).filter(pk=back.pk).exists()
    with pytest.raises(Unseen):
        actions.object_to(back.pk, reason="我们没有错", by=actor("officer"), at=now())


@given(
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)),
    st.integers(0, 23),
    st.integers(1, 24),
)
def test_nobody_is_rung_up_outside_of_the_hours(moment: datetime, begins: int, length: int) -> None:
    hours = begins, min(24, begins + length)
    due = rules.waking(moment, hours)
    assert hours[0] <= due.hour < hours[1]
    assert moment <= due < moment + timedelta(days=1)
    assert rules.waking(due, hours) == due
    if due != moment:
        assert (due.hour, due.minute) == (begins, 0) and not hours[0] <= moment.hour < hours[1]


def test_an_answer_in_the_evening_is_asked_after_in_the_morning(settings) -> None:
    settings.YIMEN_CALL_BACK_HOURS = (8, 20)
    evening = MONDAY.replace(hour=21)
    with at(evening):
        row = row_of(answered())
        assert row.call_back_at == MONDAY.replace(hour=8) + timedelta(days=1)
        assert not queries.to_call_back(actor("clerk"), now())
    hours = []
    while row.call_back_at:
        hours.append(local(row.call_back_at).hour)
        with at(row.call_back_at):
            row = actions.call_back(row, reached=False, by=actor("clerk"), at=now())
    assert hours == [8, 12, 16]


def test_the_rates_stand_side_by_side_by_month() -> None:
    """A request taken on the last night of a month by the clock of the place belongs to it."""
    for moment in (MONDAY, MONDAY.replace(day=31, hour=23, minute=30), MONDAY.replace(month=4)):
        with at(moment):
            called(answered(), solved="yes", content=True)
    span = MONDAY.date(), MONDAY.date().replace(month=4, day=30)
    found = queries.rates(actor("director"), *span, "month")
    march, april = date(2026, 3, 1), date(2026, 4, 1)
    assert {month: (a.closed, a.solved) for month, a in found.items()} == {
        march: (2, 2), april: (1, 1)
    }  # fmt: skip
    assert not reckoning.differences(STREET, *span)
    page = (
        browser("director").get(f"/desk/line/rates/?first={span[0]}&last={span[1]}&by=month").text
    )
    assert page.index("2026年3月") < page.index("2026年4月")
    behind = f"/desk/line/rates/requests/?by=month&key={march}&first={span[0]}&last={span[1]}"
    assert len(re.findall(r'<th scope="row">', browser("director").get(behind).text)) == 2
    assert browser("director").get(behind.replace(str(march), "march")).status_code == 404
