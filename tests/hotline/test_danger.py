"""Life in danger while somebody talks: what was typed is handed over, the call stays, the rest is added."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.world import matter
from tests.cast import STREET, account, actor, party
from yimen.cases.actions import perform
from yimen.cases.dossier import load
from yimen.hotline import actions, queries, ticks
from yimen.hotline.actions.erasing import HOLDER
from yimen.hotline.alarm import NEED, known
from yimen.hotline.exchange import OPERATORS
from yimen.hotline.kinds import hurried
from yimen.hotline.models import AddedWords, HelpRequest, LineCall, Ringing, Transfer
from yimen.hotline.needs import CLASSES, tree
from yimen.hotline.rules import class_of, goes_on
from yimen.ledger.models import Entry
from yimen.ledger.verify import verify
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.spans import Span, Unit
from yimen.lib.time import ZONE, at, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
LINE, PLACE, NUMBER = "/desk/line/", f"{STREET}002", "19900000071"
TYPED = {
    "need": "突发急病", "what": "老人倒在厨房", "where": "梧桐路 1 弄 2 号", "place": PLACE,
    "name": "吴秀英", "quiet": "on", "party": "new",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _monday(cast):
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        yield


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(account(username))
    return client


def alarmed(to: str = "120", **typed: str) -> Transfer:
    call = actions.answer(number=NUMBER, by=actor("clerk"), at=now())
    return actions.transfer(to, call=call, typed=typed, by=actor("clerk"), at=now())


words = st.text(max_size=30)
drafts = st.dictionaries(
    st.sampled_from([*TYPED, "secret", "reach", "same_as"]),
    words | st.sampled_from([PLACE, "火灾"]),
)


@pytest.mark.django_db(False)
@given(to=st.sampled_from(sorted(NEED)), draft=drafts)
def test_whatever_was_typed_is_never_refused(to: str, draft: dict[str, str]) -> None:
    who = uuid4()
    found = known(
        to, draft, needs=tree(), places={PLACE}, parties=[who], first_words="先转接"
    )  # fmt: skip
    assert tree()[found["need"]].sort == "emergency" and found["what"].strip()
    assert found["place"] in ("", PLACE) and found["party"] in (None, who)
    assert len(found["where"]) <= 200 and len(found["name"]) <= 60


def test_the_alarm_keeps_what_was_typed() -> None:
    client = signed_in("clerk")
    call = actions.answer(number=NUMBER, by=actor("clerk"), at=now())
    actions.keep_draft(call, draft=TYPED, by=actor("clerk"), at=now())
    later = TYPED | {"what": "老人倒在厨房，没有呼吸"}
    page = client.post(f"{LINE}alarm/", later | {"to": "110"}, follow=True).content.decode()
    made = Transfer.objects.get().request
    facts = made.case.facts
    assert made.need == "danger.ill", "the danger that was chosen, not the number's own"
    assert facts["what"] == later["what"] and facts["where"] == TYPED["where"] and facts["quiet"]
    assert made.place == PLACE and made.case.applicant.name == "吴秀英"
    assert made.case.applicant.phone_mask == "199****0071"
    assert later["what"] in page and TYPED["where"] in page and "吴秀英" not in page


def test_nobody_is_told_to_dial_an_emergency_number_from_a_demonstration(settings) -> None:
    settings.YIMEN_DEMO = True
    actions.answer(number=NUMBER, by=actor("clerk"), at=now())
    page = signed_in("clerk").post(f"{LINE}alarm/", {"to": "120"}, follow=True).content.decode()
    assert "不要真的拨 120" in page and "演示：不要真的拨这些号码" in page


def test_who_is_known_by_the_number_is_the_one_who_asks() -> None:
    first = actions.answer(number=NUMBER, by=actor("clerk"), at=now())
    asked = actions.Taken("company", "陪聊", name="钱奶奶")
    actions.take(asked, call=first, by=actor("clerk"), at=now())
    who = first.number_of_id
    assert alarmed(party=str(who)).request.case.applicant_id == who
    call = queries.open_call(actor("clerk"))
    actions.hang_up(call, by=actor("clerk"), at=now())
    stranger = alarmed("119", party=str(party("resident").pk))
    assert stranger.request.case.applicant_id == who, "nobody else's record by a forged field"


def test_the_call_stays_until_the_operator_hangs_up() -> None:
    ringing = OPERATORS.ring(
        street=STREET, line="one", exchange_id="e1", number=NUMBER, at=now()
    )  # fmt: skip
    call = actions.pick_up(ringing, by=actor("clerk"), at=now())
    made = actions.transfer("120", call=call, by=actor("clerk"), at=now())
    assert OPERATORS.over(ringing) is False, "the telephone does not say goodbye"
    with pytest.raises(Refused, match="还有一通电话"):
        actions.answer(number="19900000072", by=actor("clerk"), at=now())
    again = actions.transfer("110", call=call, by=actor("clerk"), at=now())
    assert again.request == made.request and HelpRequest.objects.count() == 1
    actions.hang_up(call, outcome="silent", by=actor("clerk"), at=now())
    call.refresh_from_db()
    assert call.outcome == "request" and OPERATORS.over(ringing) is True
    assert Ringing.objects.get().call == call and verify().fault is None


def test_an_ordinary_registration_ends_the_call_as_before() -> None:
    ringing = OPERATORS.ring(
        street=STREET, line="one", exchange_id="e2", number=NUMBER, at=now()
    )  # fmt: skip
    call = actions.pick_up(ringing, by=actor("clerk"), at=now())
    actions.take(actions.Taken("company", "陪聊"), call=call, by=actor("clerk"), at=now())
    assert OPERATORS.over(ringing) is True


def test_the_rest_is_added_while_the_caller_talks_and_afterwards() -> None:
    made = alarmed().request
    client = signed_in("clerk")
    path = f"{LINE}requests/{made.case.number}/words/"
    assert path in client.get(LINE).content.decode()
    empty = client.post(path, {"text": " "})
    assert empty.status_code == 422 and "请写下补充的情况" in empty.content.decode()
    more = {"text": "有呼吸了", "where": "钟楼路 15 弄 1 号", "name": "吴秀英"}
    assert client.post(path, more).headers["Location"] == LINE
    row = AddedWords.objects.get()
    assert (row.text, row.where) == ("有呼吸了", "钟楼路 15 弄 1 号")
    made.case.applicant.refresh_from_db()
    assert made.case.applicant.name == "吴秀英"
    page = client.get(LINE).content.decode()
    assert "有呼吸了" in page and "正在通话" in page and 'name="name"' not in page
    client.post(f"{LINE}hang-up/")
    lead = signed_in("director")
    assert lead.post(path, {"text": "家属已到"}).headers["Location"] == path
    assert "家属已到" in lead.get(path).content.decode()
    origin = client.get(f"{LINE}requests/{made.case.number}/").content.decode()
    assert "有呼吸了" in origin and "家属已到" in origin
    done = Entry.objects.filter(stream=f"help:{made.case.number}", act="add_words")
    assert done.count() == 2 and not any("呼吸" in str(e.data) for e in Entry.objects.all())
    with pytest.raises(Invalid, match="已有姓名"):
        actions.add_words(made, name="别人", by=actor("clerk"), at=now())


def test_who_does_not_work_on_the_line_adds_nothing() -> None:
    made = alarmed().request
    path = f"{LINE}requests/{made.case.number}/words/"
    for who in ("officer", "resident"):
        assert signed_in(who).post(path, {"text": "x"}).status_code == 404
        with pytest.raises((Forbidden, Unseen)):
            actions.add_words(made, text="x", by=actor(who), at=now())
    assert not AddedWords.objects.exists()


def test_who_works_on_it_is_told_and_an_erased_person_leaves_no_words() -> None:
    from yimen.notices.models import Message

    made = alarmed().request
    actions.add_words(made, text="吴秀英的女儿来了", by=actor("clerk"), at=now())
    assert Message.objects.filter(template="line.words_added").exists()
    HOLDER.erase([made.case.applicant_id], by=actor("admin"), at=now())
    assert AddedWords.objects.get().text == "—"
    assert LineCall.objects.get().number_of is None


def answered() -> HelpRequest:
    """A danger that was handed over to two, hung up, and answered by the body in charge."""
    made = alarmed().request
    call = queries.open_call(actor("clerk"))
    actions.transfer("110", call=call, by=actor("clerk"), at=now())
    actions.hang_up(call, by=actor("clerk"), at=now())
    lead = load(made.case.number).case.lead
    names = ("officer", "officer6", "officer7", "officer8", "officer9")
    who = next(a for a in map(actor, names) if lead.pk in a.bodies())
    actions.reply(made.case.number, done=True, text="已到现场", by=who, at=now())
    made.refresh_from_db()
    return made


@pytest.mark.django_db(False)
@given(solved=st.sampled_from(["yes", "", "no", "partly"]), learned=st.lists(st.booleans()))
def test_nothing_closes_before_every_outcome_is_known(solved: str, learned: list[bool]) -> None:
    on = goes_on(solved, learned)
    assert on or not all(learned)
    assert not on or all(learned) or solved in ("no", "partly")


def test_a_danger_stays_open_until_what_became_of_it_is_known() -> None:
    held = answered()
    back = f"{LINE}back/{held.pk}/"
    client = signed_in("clerk")
    assert "知道结果以后才办结" in client.get(back).content.decode()
    client.post(back, {"reached": "yes", "solved": "yes", "content": "yes"})
    held.refresh_from_db()
    assert held.calls_back.get().solved == "yes" and held.call_back_at is None
    assert load(held.case.number).case.stage == "decided", "answered, asked, and not closed"
    for verb, more in (("deliver", {"way": "electronic"}), ("confirm", {"proof": "called"})):
        if verb == "confirm":
            with pytest.raises(Refused, match="结果还不知道"):
                perform(held.case.number, verb, by=actor("clerk"), **more)
        else:
            perform(held.case.number, verb, by=actor("clerk"), **more)
    later = MONDAY + timedelta(hours=1)
    with at(later):
        assert ticks.calls_back(later) == 0, "nobody is asked twice"
        assert ticks.transfers(later) == 2, "whoever works on the line is reminded"
        first, second = Transfer.objects.order_by("at", "id")
        actions.learn(first, outcome="已送医", by=actor("clerk"), at=now())
        assert load(held.case.number).case.stage == "delivering"
        actions.learn(second, outcome="无人受伤", by=actor("clerk"), at=now())
    case = load(held.case.number).case
    assert (case.stage, case.solved) == ("closed", "yes") and verify().fault is None


def test_what_is_not_solved_is_done_again_at_once_though_an_outcome_is_unknown() -> None:
    held = answered()
    actions.call_back(held, reached=True, solved="no", by=actor("clerk"), at=now())
    case = load(held.case.number).case
    assert (case.stage, case.round) == ("handling", 2)
    for one in Transfer.objects.all():
        actions.learn(one, outcome="已送医", by=actor("clerk"), at=now())
    assert load(held.case.number).case.stage == "handling", "learning closes no later round"


HURRY = "停暖，家里有婴儿"


@pytest.mark.django_db(False)
@given(sort=st.sampled_from(CLASSES), hurry=st.sampled_from(["", HURRY]))
def test_only_ordinary_requests_are_hurried(sort: str, hurry: str) -> None:
    found = class_of(sort, hurry)
    assert found in (sort, "urgent", None)
    assert (found == "urgent") == (sort == "urgent" or bool(hurry) and sort == "help")
    assert found is not None or (hurry and sort in ("consultation", "complaint", "petition"))


@pytest.mark.django_db(False)
@given(n=st.integers(1, 90), unit=st.sampled_from(["working_days", "calendar_days"]))
def test_days_become_minutes_and_hours(n: int, unit: str) -> None:
    assert hurried(Span(n, Unit(unit))) == (
        Span(30, Unit.MINUTES) if n == 1 else Span(2, Unit.HOURS)
    )
    assert hurried(Span(10, Unit.MINUTES)) == Span(10, Unit.MINUTES)


def test_who_cannot_wait_has_the_urgent_limits_at_any_hour() -> None:
    night = datetime(2026, 3, 7, 3, 0, tzinfo=ZONE)
    with at(night):
        client = signed_in("clerk")
        actions.answer(number=NUMBER, by=actor("clerk"), at=now())
        typed = {
            "need": "电灯、插座",
            "what": "全屋没电",
            "place": PLACE,
            "party": "new",
            "name": "吴",
        }
        page = client.get(LINE).content.decode()
        assert 'name="hurry"' in page and "有人等不得" in page
        done = client.post(f"{LINE}take/", typed | {"hurry": HURRY, "do": "take"})
        assert done.status_code == 302
    made = HelpRequest.objects.get()
    assert (made.need, made.sort, made.hurry) == ("repair.light", "urgent", HURRY)
    d = load(made.case.number)
    assert d.kind.urgent and d.term("decide_promised").due_at == night + timedelta(hours=2)
    due = {t.key: t.due_at for t in d.open_tasks}
    assert due["contact"] == night + timedelta(minutes=30)
    assert made.dispatches.get().sign_by == night + timedelta(minutes=15)
    told = json.loads(Entry.objects.get(stream=f"help:{made.case.number}", act="take").data)
    assert told["sort"] == "urgent" and told["hurry"] is True and HURRY not in str(told)
    assert HURRY in signed_in("clerk").get(f"{LINE}requests/{made.case.number}/").content.decode()
    HOLDER.erase([made.case.applicant_id], by=actor("admin"), at=now())
    made.refresh_from_db()
    assert made.hurry == "—" and verify().fault is None


def test_each_need_on_offer_says_to_which_branch_it_belongs() -> None:
    actions.answer(number=NUMBER, by=actor("clerk"), at=now())
    page = signed_in("clerk").get(LINE).content.decode()
    assert '<option value="水龙头、下水道">家庭小修</option>' in page
    assert '<option value="家庭小修">家庭小修</option>' in page


def test_a_complaint_is_not_hurried_and_an_urgent_one_stays_what_it_is() -> None:
    with pytest.raises(Invalid, match="不按紧急办理"):
        actions.take(
            actions.Taken("complaint", "态度不好", hurry=HURRY), by=actor("clerk"), at=now()
        )
    fire = actions.take(
        actions.Taken("danger.fire", "着火", hurry=HURRY), by=actor("clerk"), at=now()
    )
    assert fire.case.help_request.sort == "emergency"
    assert {t.due_at for t in fire.open_tasks} == {MONDAY + timedelta(minutes=10)}


def test_a_danger_is_not_taken_back_before_its_outcome_is_known() -> None:
    """Whoever rings again and says never mind may be made to."""
    made = alarmed()
    number = made.request.case.number
    with pytest.raises(Refused, match="结果还不知道"):
        perform(number, "withdraw", by=actor("clerk"), reason="打错了")
    actions.learn(made.pk, outcome="到场，无人受伤", by=actor("clerk"), at=now())
    perform(number, "withdraw", by=actor("clerk"), reason="打错了")
    assert load(number).case.stage == "closed"
