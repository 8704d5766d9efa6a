"""A call rings, is picked up by one, is given up and called back; recordings and who listened."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.world import matter
from tests.cast import STREET, account, actor, facts, party
from tests.hotline import line as lines
from yimen.hotline import actions, behind, reckoning, ringing, ticks
from yimen.hotline.actions import Taken
from yimen.hotline.actions.erasing import HOLDER
from yimen.hotline.exchange import OPERATORS
from yimen.hotline.models import LineCall, Listening, Recording, Ringing, ThreeWay
from yimen.ledger.models import Entry
from yimen.lib.actor import system
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import ZONE, at, now
from yimen.people.models import Disclosure, Party

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
NUMBER = "19900000091"


@pytest.fixture(autouse=True)
def _monday(cast):
    with at(MONDAY):
        yield


def rings(number: str = NUMBER, exchange_id: str = "x1", line: str = "one") -> Ringing:
    by = system(STREET, "phone")
    return actions.ring(
        street=STREET, line=line, exchange_id=exchange_id, number=number, by=by, at=now()
    )


def gives_up(row: Ringing) -> bool:
    return actions.gone(row.pk, street=STREET, by=system(STREET, "phone"), at=now())


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(account(username))
    return client


def test_told_twice_is_one_call_and_an_unknown_number_is_a_person() -> None:
    one, two = rings(), rings()
    assert one.pk == two.pk and Ringing.objects.count() == 1
    assert one.number_of and one.number_of.phone_mask == "199****0091"
    assert rings(exchange_id="x2").number_of_id == one.number_of_id, "the same number, one record"
    assert rings("", "x3").number_of is None
    assert not any(NUMBER in str(e.data) for e in Entry.objects.all())
    with pytest.raises(Invalid):
        rings(line="martian", exchange_id="x4")


def test_who_is_known_is_found_by_the_number() -> None:
    known = party("resident")
    row = rings(facts("resident")["phone"])
    assert row.number_of_id == known.pk
    before = Party.objects.count()
    call = actions.pick_up(row.pk, by=actor("clerk"), at=now())
    assert call.number_of_id == known.pk and Party.objects.count() == before


def test_picked_up_it_is_a_call_with_its_ringing_time() -> None:
    row = rings(line="daily")
    with at(MONDAY + timedelta(seconds=7)):
        call = actions.pick_up(row.pk, by=actor("clerk"), at=now())
    row.refresh_from_db()
    assert (row.outcome, row.call_id) == ("picked", call.pk)
    assert (row.ended_at - row.rang_at).total_seconds() == 7
    assert (call.rang_at, call.line, call.operator_id) == (MONDAY, "daily", account("clerk").pk)
    assert not gives_up(row), "the end of the talk is no abandoned call"
    row.refresh_from_db()
    assert row.outcome == "picked"


def test_the_second_operator_is_told_and_has_nothing_on_hand() -> None:
    row = rings()
    actions.pick_up(row.pk, by=actor("clerk"), at=now())
    with pytest.raises(Refused) as refused:
        actions.pick_up(row.pk, by=actor("assistant"), at=now())
    assert refused.value.code == "picked"
    assert LineCall.objects.count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "journal"])
def test_two_press_at_once_and_one_has_it() -> None:
    row = rings()
    got: list[str] = []
    barrier = threading.Barrier(2)

    def press(who: str) -> None:
        try:
            by = actor(who)
            barrier.wait(10)
            with at(MONDAY + timedelta(seconds=3)):
                actions.pick_up(row.pk, by=by, at=MONDAY + timedelta(seconds=3))
            got.append(who)
        except Refused as refused:
            got.append(refused.code)
        finally:
            connection.close()

    both = [threading.Thread(target=press, args=(who,)) for who in ("clerk", "assistant")]
    for one in both:
        one.start()
    for one in both:
        one.join(20)
    assert got.count("picked") == 1 and len(got) == 2
    assert LineCall.objects.filter(ended_at=None).count() == 1


def test_who_talks_cannot_pick_up_another() -> None:
    first, second = rings(), rings("19900000092", "x2")
    actions.pick_up(first.pk, by=actor("clerk"), at=now())
    with pytest.raises(Refused) as refused:
        actions.pick_up(second.pk, by=actor("clerk"), at=now())
    assert refused.value.code == "busy"
    second.refresh_from_db()
    assert second.ended_at is None, "it rings on for somebody else"


def test_outsiders_pick_up_nothing() -> None:
    row = rings()
    for who in ("officer", "resident", "auditor"):
        with pytest.raises(Forbidden):
            actions.pick_up(row.pk, by=actor(who), at=now())


def test_it_rings_first_at_whoever_sits_there_and_has_been_free_longest() -> None:
    _place, post, shifts = lines.set_up()
    for who in ("clerk", "assistant"):
        lines.fill(account(who), post, shifts["early"], MONDAY.date(), 1)
    assert set(ringing.free(STREET, now())) == {account("clerk").pk, account("assistant").pk}
    first = rings()
    second = rings("19900000092", "x2")
    assert {first.offered_to_id, second.offered_to_id} == {
        account("clerk").pk,
        account("assistant").pk,
    }, "two calls ring at two"
    assert rings("19900000093", "x3").offered_to_id is None, "nobody is free: it rings at all"
    call = actions.pick_up(first.pk, by=actor("clerk"), at=now())
    actions.hang_up(call, outcome="wrong", by=actor("clerk"), at=now())
    actions.pick_up(second.pk, by=actor("assistant"), at=now())
    with at(MONDAY + timedelta(minutes=1)):
        assert ringing.free(STREET, now()) == [account("clerk").pk]


@given(st.permutations(list(range(6))), st.dictionaries(st.integers(0, 5), st.integers(0, 999)))
def test_the_longest_free_is_first_and_nobody_is_left_out(who, ended) -> None:
    times = {n: MONDAY + timedelta(seconds=s) for n, s in ended.items()}
    found = ringing.longest_free(who, times)
    assert sorted(found) == sorted(who)
    known = [times[n] for n in found if n in times]
    assert known == sorted(known)
    assert all(n not in times for n in found[: len(found) - len(known)])


def test_offered_to_one_it_rings_at_everybody_before_the_limit() -> None:
    me, other, soon = account("clerk").pk, account("assistant").pk, timedelta(seconds=1)
    assert ringing.mine_first(me, me, soon) and ringing.mine_first(None, me, soon)
    assert not ringing.mine_first(other, me, soon)
    assert ringing.mine_first(other, me, ringing.WIDEN)
    assert ringing.WIDEN.total_seconds() < 15


def test_who_gives_up_is_counted_and_called_back_once() -> None:
    row = rings()
    with at(MONDAY + timedelta(seconds=40)):
        assert gives_up(row) and not gives_up(row)
        with pytest.raises(Refused) as refused:
            actions.pick_up(row.pk, by=actor("clerk"), at=now())
        assert refused.value.code == "gone"
        clerk = actor("clerk")
        assert list(ringing.missed(clerk)) == [row]
        call, number = actions.call_back_ringing(row.pk, by=clerk, at=now())
        assert number == NUMBER, "no exchange to ask: dialled by hand"
        assert call.number_of_id == row.number_of_id and not ringing.missed(clerk).exists()
        with pytest.raises(Refused):
            actions.call_back_ringing(row.pk, by=actor("assistant"), at=now())
    shown = Disclosure.objects.get()
    assert (shown.field, shown.reason, shown.about) == ("phone", "热线回拨", f"call:{call.pk}")


def test_the_test_telephone_plays_the_call_back(settings) -> None:
    settings.YIMEN_PHONE_ORIGINATE = "yimen.phone.originate.Played"
    row = rings()
    gives_up(row)
    _call, number = actions.call_back_ringing(row.pk, by=actor("clerk"), at=now())
    assert number == "", "the exchange dials, nobody sees the number"


def test_an_exchange_gets_a_file_and_a_broken_name_is_dialled_by_hand(settings, tmp_path) -> None:
    outgoing = tmp_path / "outgoing"
    outgoing.mkdir()
    settings.YIMEN_PHONE_ORIGINATE = "yimen.phone.originate.CallFiles"
    settings.YIMEN_PHONE_OUTGOING = str(outgoing)
    settings.YIMEN_LINE_PHONES = {
        "clerk": "PJSIP/8001",
        "director": "PJSIP/1\nApplication: System",
    }
    row, other = rings(), rings("19900000092", "x2")
    gives_up(row), gives_up(other)
    assert actions.call_back_ringing(row.pk, by=actor("clerk"), at=now())[1] == ""
    words = next(outgoing.iterdir()).read_text()
    assert "Channel: PJSIP/8001\n" in words and f"Extension: {NUMBER}\n" in words
    assert actions.call_back_ringing(other.pk, by=actor("director"), at=now())[1] == "19900000092"
    assert len(list(outgoing.iterdir())) == 1


def test_who_came_through_later_or_called_again_is_not_called_back_twice() -> None:
    first = rings()
    gives_up(first)
    with at(MONDAY + timedelta(minutes=1)):
        second = rings(exchange_id="x2")
        gives_up(second)
        assert list(ringing.missed(actor("clerk"))) == [second]
    with at(MONDAY + timedelta(minutes=2)):
        third = rings(exchange_id="x3")
        actions.pick_up(third.pk, by=actor("clerk"), at=now())
        assert not ringing.missed(actor("clerk")).exists()


def test_a_call_without_an_end_is_lost_by_the_tick_and_not_before() -> None:
    row = rings()
    assert ticks.lost(now()) == 0
    with at(MONDAY + timedelta(minutes=16)):
        assert ticks.lost(now()) == 1 and ticks.lost(now()) == 0
    row.refresh_from_db()
    assert row.outcome == "lost"


def test_the_page_shows_what_rings_and_one_press_takes_it() -> None:
    client = signed_in("clerk")
    row = rings()
    part = client.get("/desk/line/ringing/").content.decode()
    assert "199****0091" in part and NUMBER not in part and "接起" in part
    assert "199****0091" in client.get("/desk/line/").content.decode(), "also without scripts"
    assert client.post(f"/desk/line/ringing/{row.pk}/").status_code == 302
    assert "正在通话" in client.get("/desk/line/").content.decode()
    late = signed_in("assistant").post(f"/desk/line/ringing/{row.pk}/")
    assert late.status_code == 409 and "同事已经接起" in late.content.decode()
    assert signed_in("officer").get("/desk/line/ringing/").status_code == 404


def test_the_script_is_told_where_to_go_or_why_not_without_a_page() -> None:
    row = rings()
    door, alone = f"/desk/line/ringing/{row.pk}/", {"accept": "application/json"}
    with at(MONDAY + timedelta(seconds=15)):  # by then it rings at everybody
        assert signed_in("clerk").post(door, headers=alone).json() == {"to": "/desk/line/"}
        late = signed_in("clerk2").post(door, headers=alone)
        assert late.status_code == 409 and set(late.json()) == {"detail"} and late.json()["detail"]
        page = signed_in("clerk2").post(door)
        assert page.status_code == 409 and late.json()["detail"] in page.content.decode()
    assert LineCall.objects.count() == 1


def test_notes_of_the_shift_before_stand_on_top_and_never_block_a_call() -> None:
    with at(MONDAY - timedelta(hours=3)):
        actions.write_note("爆管的结果还没有问", by=actor("assistant"), at=now())
    client = signed_in("clerk")
    page = client.get("/desk/line/").content.decode()
    assert page.index("爆管的结果还没有问") < page.index("接起来电")
    assert "已经 3 小时 0 分" in page
    row = rings()
    assert client.post(f"/desk/line/ringing/{row.pk}/").status_code == 302, (
        "an emergency comes first"
    )
    assert "还有 1 条交班记录没有签收" in client.get("/desk/line/").content.decode()
    entry = Entry.objects.get(stream=LineCall.objects.get().stream, act="answer")
    assert json.loads(entry.data)["unsigned"] == 1, "and that is on record"


def test_three_talk_together_is_an_event_said_once() -> None:
    for n in range(1, 9):
        matter(f"help-00{n}")
    call = actions.pick_up(rings().pk, by=actor("clerk"), at=now())
    made = actions.transfer("120", call=call, by=actor("clerk"), at=now())
    client = signed_in("clerk")
    for _twice in range(2):
        assert client.post(f"/desk/line/transfers/{made.pk}/three-way/").status_code == 302
    assert ThreeWay.objects.get().transfer_id == made.pk
    assert Entry.objects.filter(stream=f"transfer:{made.pk}", act="three_way").count() == 1
    assert "三方通话 " in client.get("/desk/line/").content.decode()
    with pytest.raises(Unseen):
        actions.join(call.pk, by=actor("clerk"), at=now())


# -- recordings -------------------------------------------------------------------------------


def recorded(name: str = "help-1.wav") -> Recording:
    row = rings()
    actions.pick_up(row.pk, by=actor("clerk"), at=now())
    OPERATORS.recorded(row.pk, name, now())
    return Recording.objects.get()


def test_a_recording_is_linked_for_its_term(settings) -> None:
    settings.YIMEN_HELP_RECORDING_DAYS = 30
    row = recorded()
    assert row.delete_at - row.begun_at == timedelta(days=30)
    for bad in ("../secret.wav", "/etc/x", "a\\b", ""):
        with pytest.raises(Invalid):
            actions.link_recording(row.call_id, name=bad, by=system(STREET, "phone"), at=now())


def test_listening_asks_for_a_reason_and_is_on_record(settings, tmp_path: Path) -> None:
    settings.YIMEN_HELP_RECORDINGS = str(tmp_path)
    (tmp_path / "help-1.wav").write_bytes(b"RIFFsound")
    row = recorded()
    for who, error in (("officer", Unseen), ("supervisor", Forbidden)):
        with pytest.raises(error):
            actions.listen(row.pk, reason="好奇", by=actor(who), at=now())
    with pytest.raises(Invalid):
        actions.listen(row.pk, reason=" ", by=actor("clerk"), at=now())
    assert not Listening.objects.exists()
    actions.listen(row.pk, reason="核对地址", by=actor("clerk"), at=now())
    assert Listening.objects.get().reason == "核对地址"
    assert Entry.objects.filter(stream=f"call:{row.call_id}", act="listened").count() == 1
    page = signed_in("auditor").get(f"/desk/line/recordings/{row.pk}/").content.decode()
    assert "核对地址" in page and facts("clerk")["name"] in page
    assert signed_in("officer").get(f"/desk/line/recordings/{row.pk}/").status_code == 404


def test_after_its_term_link_and_file_are_gone(settings, tmp_path: Path) -> None:
    settings.YIMEN_HELP_RECORDINGS = str(tmp_path)
    file = tmp_path / "help-1.wav"
    file.write_bytes(b"RIFFsound")
    row = recorded()
    assert ticks.recordings(now()) == 0 and file.exists()
    with at(MONDAY + timedelta(days=180)):
        assert ticks.recordings(now()) == 1 and ticks.recordings(now()) == 0
        assert not file.exists()
        row.refresh_from_db()
        assert row.name == "" and row.gone_at == now()
        with pytest.raises(Refused):
            actions.listen(row.pk, reason="核对", by=actor("clerk"), at=now())


def test_erasing_somebody_reaches_ringing_and_voice() -> None:
    row = recorded()
    who = row.call.number_of_id
    HOLDER.erase([who], by=system(STREET, "people"), at=now())
    assert not Ringing.objects.filter(number_of=who).exists()
    assert ticks.recordings(now()) == 1


def test_whoever_is_rung_back_may_have_asked_for_care() -> None:
    """It stands beside the button, before anybody is dialled."""
    known = party("resident")
    for n in range(1, 9):
        matter(f"help-00{n}")
    asked = Taken(
        "repair.water", "漏水", place=f"{STREET}001", party=known.pk, quiet=True, reach="只在上午打"
    )
    actions.take(asked, by=actor("clerk"), at=now())
    gives_up(rings(facts("resident")["phone"]))
    (one,) = ringing.standing(actor("clerk"), now())["missed"]
    assert one["row"].number_of_id == known.pk and one["case"].facts["reach"] == "只在上午打"
    client = Client()
    client.force_login(account("clerk"))
    page = client.get("/desk/line/ringing/").content.decode()
    assert page.index("只在上午打") < page.rindex("回拨")


def test_a_call_back_is_no_call_of_the_month() -> None:
    """One gave up and was rung back, one was picked up late: the month has one call, the late one;
    a call whose end was changed behind the record's back is found."""
    day = MONDAY.date()
    gives_up(rings())
    made, _number = actions.call_back_ringing(Ringing.objects.get().pk, by=actor("clerk"), at=now())
    actions.hang_up(made, outcome="wrong", by=actor("clerk"), at=now())
    late = rings("19900000092", "x2")
    with at(MONDAY + timedelta(seconds=40)):
        call = actions.pick_up(late.pk, by=actor("clerk"), at=now())
        actions.hang_up(call, outcome="silent", by=actor("clerk"), at=now())
    director = signed_in("director")
    page = director.get("/desk/line/rates/month/?month=2026-03").content.decode()
    assert "接了 1 通电话" in page and "15 秒内接起的占 0%" in page
    assert "每个数字都一致" in page
    assert [c.pk for c in behind.calls(actor("director"), day, day, "")] == [call.pk]
    LineCall.objects.filter(pk=call.pk).update(outcome="wrong")
    assert reckoning.differing_calls(STREET, day, day) == [
        ("calls", "silent", 0, 1), ("calls", "wrong", 1, 0)
    ]  # fmt: skip
    page = director.get("/desk/line/rates/month/?month=2026-03").content.decode()
    assert "不一致" in page
    LineCall.objects.filter(pk=call.pk).update(outcome="silent")
    LineCall.objects.create(  # a call that nobody took on the record
        street=STREET, line="one", rang_at=now(), answered_at=now(), ended_at=now(),
        operator_id=account("clerk").pk, outcome="silent",
    )  # fmt: skip
    assert reckoning.differing_calls(STREET, day, day) == [("calls", "silent", 2, 1)]
