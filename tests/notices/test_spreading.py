"""An announcement to each one who agreed: once, whatever happens; put right; stopped; counted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import STREET, account, actor, party
from yimen.ledger.models import Entry, Errand
from yimen.lib import time
from yimen.lib.actor import system
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import ZONE, now
from yimen.notices import actions, broadcast, errands, queries
from yimen.notices.actions import Words, announcing, spreading
from yimen.notices.actions.erasing import HOLDER
from yimen.notices.models import Agreement, Announcement, Message
from yimen.people.models import Party

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=ZONE)
NIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=ZONE)


@pytest.fixture
def noon() -> Iterator[None]:
    with time.at(NOON):
        yield


def people(n: int, division: str = "") -> list[Party]:
    made = Party.objects.bulk_create(
        Party(
            street=STREET, sort="person", name="王小明", id_type="other", created_at=now(),
            phone_sealed=b"x", phone_index=bytes([k]), phone_mask="199****0071", division=division,
        )
        for k in range(n)
    )  # fmt: skip
    Agreement.objects.bulk_create(
        Agreement(street=STREET, party=one, agreed_at=now()) for one in made
    )
    return made


def say(text: str = "今晚停水", **more: Any) -> Announcement:
    words = Words(text, now(), now() + more.pop("long", timedelta(days=1)), by_sms=True, **more)
    return announcing.announce(STREET, words, by=actor("director"), at=now())


def work() -> int:
    """Do the errands that spread, as a worker would, until none is left. Returns how many."""
    done = 0
    while todo := list(Errand.objects.filter(name="notices.spread", state="waiting")[:1]):
        errands.spread(todo[0].payload, key=todo[0].key)
        Errand.objects.filter(pk=todo[0].pk).update(state="done")
        done += 1
    return done


def deliver(row: Announcement) -> None:
    for message in Message.objects.filter(about=row.about, state="queued"):
        errands.send({"message": str(message.pk)}, key=f"{message.pk}:0")


@pytest.mark.django_db
@pytest.mark.usefixtures("cast", "noon")
class TestOnce:
    def test_each_who_agreed_gets_one_also_when_the_worker_dies_between(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spreading, "SLICE", 3)
        crowd = people(8)
        Agreement.objects.filter(party=crowd[0]).update(ended_at=now())
        row = say()
        first = Errand.objects.get(name="notices.spread")
        errands.spread(first.payload, key=first.key)  # and it dies before it says so
        assert work() == 3
        got = Message.objects.filter(about=row.about).values_list("to_party", flat=True)
        assert sorted(got) == sorted(one.pk for one in crowd[1:])
        deliver(row)
        assert queries.delivery(row) == {"delivered": 7}

    def test_two_records_that_became_one_get_one(self) -> None:
        keeps, goes = people(2)
        Party.objects.filter(pk=goes.pk).update(merged_into=keeps)
        row = say()
        work()
        assert [m.to_party_id for m in Message.objects.filter(about=row.about)] == [keeps.pk]

    def test_only_who_lives_there(self) -> None:
        (here,) = people(1, f"{STREET}001")
        people(1, f"{STREET}002")
        people(1)
        row = say(place=f"{STREET}001")
        work()
        assert [m.to_party_id for m in Message.objects.filter(about=row.about)] == [here.pk]

    def test_staff_read_it_in_their_inbox(self) -> None:
        row = say(group="staff")
        work()
        told = Message.objects.filter(about=row.about)
        assert {m.channel for m in told} == {"inbox"}
        assert account("clerk").pk in {m.to_account_id for m in told}
        assert not told.filter(to_account__kind="resident").exists()

    def test_without_the_tick_nobody_is_sent_anything(self) -> None:
        people(2)
        words = Words("没有短信", now(), now() + timedelta(hours=1))
        announcing.announce(STREET, words, by=actor("director"), at=now())
        assert work() == 0 and not Message.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("cast")
class TestTime:
    def test_at_night_only_what_is_urgent_goes(self) -> None:
        people(1)
        with time.at(NIGHT):
            calm, urgent = say("明天体检"), say("马上停水", urgent=True)
            work()
            due = {m.about: m.due_at for m in Message.objects.all()}
        assert due[urgent.about] == NIGHT
        assert due[calm.about] == datetime(2026, 3, 3, 8, 0, tzinfo=ZONE)

    def test_what_would_come_too_late_is_not_sent(self) -> None:
        people(1)
        with time.at(NIGHT):
            say("今夜的事", long=timedelta(hours=2))
            work()
        assert not Message.objects.exists()

    def test_what_is_withdrawn_does_not_go_out(self) -> None:
        people(2)
        with time.at(NIGHT):
            row = say()
            work()
            announcing.end(row.pk, by=actor("director"), at=now())
            assert queries.delivery(row) == {"cancelled": 2}

    def test_a_retry_after_the_end_is_cancelled(self) -> None:
        people(1)
        with time.at(NOON):
            row = say(long=timedelta(hours=1))
            work()
        with time.at(NOON + timedelta(hours=2)):
            deliver(row)
        assert queries.delivery(row) == {"cancelled": 1}


@pytest.mark.django_db
@pytest.mark.usefixtures("cast", "noon")
class TestCorrection:
    def test_who_got_the_first_gets_the_correction_and_others_the_words(self) -> None:
        told, waiting = people(2)
        old = say("三号停水")
        work()
        errands.send({"message": str(Message.objects.get(to_party=told).pk)}, key="x")
        Agreement.objects.filter(party=told).update(ended_at=now())
        words = Words("三点停水", now(), now() + timedelta(days=1), by_sms=True)
        new = announcing.correct(old.pk, words, by=actor("director"), at=now())
        work()
        said = {m.to_party_id: m.template for m in Message.objects.filter(about=new.about)}
        assert said == {told.pk: "announcement.corrected", waiting.pk: "announcement.text"}
        assert queries.delivery(old) == {"delivered": 1, "cancelled": 1}

    def test_receipts_of_the_gateway_are_counted(self) -> None:
        people(2)
        row = say()
        work()
        for n, message in enumerate(Message.objects.filter(about=row.about).order_by("pk")):
            actions.begin(message.pk)
            actions.sent(message.pk, provider_ref=f"g-{n}", delivered=False)
        assert queries.delivery(row) == {"sent": 2}
        by = system(name="gateway")
        actions.arrived("g-0", delivered=True, reason="", by=by, at=now())
        actions.arrived("g-1", delivered=False, reason="gateway_off", by=by, at=now())
        assert queries.delivery(row) == {"delivered": 1, "failed": 1}


@pytest.mark.django_db
@pytest.mark.usefixtures("cast", "noon")
class TestAgreeing:
    def test_yes_and_no_are_on_record_and_twice_is_once(self) -> None:
        me = actor("resident")
        assert actions.agree(me.party, by=me, at=now()) == actions.agree(me.party, by=me, at=now())
        assert queries.agreed(me.party)
        assert actions.no_more(me.party, by=me, at=now())
        assert not actions.no_more(me.party, by=me, at=now())
        acts = Entry.objects.filter(stream=f"party:{me.party}", act__startswith="texts_")
        assert [e.act for e in acts.order_by("seq")] == ["texts_agreed", "texts_ended"]

    def test_nobody_says_yes_for_a_stranger(self) -> None:
        other = party("resident2").pk
        with pytest.raises((Forbidden, Unseen)):
            actions.agree(other, by=actor("resident"), at=now())
        with pytest.raises(Forbidden):
            actions.agree(other, by=actor("officer"), at=now())
        assert actions.agree(other, by=actor("clerk"), at=now()).agreed_by == account("clerk")

    def test_no_ends_what_was_agreed_for_a_record_merged_since(self) -> None:
        me, other = actor("resident"), party("resident2")
        actions.agree(other.pk, by=actor("clerk"), at=now())
        type(other).objects.filter(pk=other.pk).update(merged_into=me.party)
        assert queries.agreed(me.party)
        assert actions.no_more(me.party, by=me, at=now()) and not queries.agreed(me.party)

    def test_who_is_erased_wants_nothing_any_more(self) -> None:
        me = actor("resident")
        actions.agree(me.party, by=me, at=now())
        assert HOLDER.tell([me.party]) == {"announcement_texts": [{"since": now(), "until": None}]}
        assert HOLDER.erase([me.party], by=me, at=now()) == 1
        assert not Agreement.objects.filter(party=me.party).exists()

    def test_by_the_page(self, client: Any) -> None:
        client.force_login(account("resident"))
        assert "同意收短信" in client.get("/announcements/").content.decode()
        assert client.post("/announcements/texts/", {"do": "yes"}).status_code == 302
        assert "不再发短信" in client.get("/announcements/").content.decode()
        client.force_login(account("clerk"))
        assert client.post("/announcements/texts/", {"do": "yes"}).status_code == 404

    def test_at_the_counter_for_who_stands_there(self, client: Any) -> None:
        other = party("resident2").pk
        page = f"/desk/people/{other}/texts/"
        client.force_login(account("clerk"))
        assert page in client.get(f"/desk/people/{other}/").content.decode()
        assert "本人同意收短信" in client.get(page).content.decode()
        done = client.post(page, {"do": "yes"}, follow=True).content.decode()
        assert "本人不要了" in done and queries.agreed(other)
        client.post(page, {"do": "no"})
        assert not queries.agreed(other)
        client.force_login(account("officer"))
        assert client.get(page).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("cast")
def test_two_workers_and_two_releases_at_once() -> None:
    with time.at(NOON):
        people(6)
        words = Words("今晚停水", now(), now() + timedelta(days=1), by_sms=True)
        row = announcing.write(STREET, words, by=actor("clerk"), at=now())
        by, wrong = actor("director"), []

        def both(do: Any) -> None:
            def go() -> None:
                try:
                    with time.at(NOON):
                        do()
                except Exception as error:
                    wrong.append(error)
                finally:
                    connection.close()

            threads = [threading.Thread(target=go) for _n in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        both(lambda: announcing.release(row.pk, by=by, at=NOON))
        both(lambda: actions.spread(row.pk, None))
        assert not wrong
        assert Message.objects.filter(about=row.about).count() == 6
        assert Entry.objects.filter(stream=row.about, act="announced").count() == 1
        assert Errand.objects.filter(name="notices.spread").count() == 1


@given(st.text(max_size=200))
def test_no_digit_is_left_to_the_announcer(text: str) -> None:
    assert not any(c.isdecimal() for c in broadcast.spoken(text))


@given(st.integers(0, 10**12 - 1))
def test_an_amount_is_spoken_so_that_it_can_be_written_down_again(value: int) -> None:
    said, total, section, digit = broadcast.cardinal(str(value)), 0, 0, 0
    for c in said:
        if c in broadcast.DIGITS:
            digit = broadcast.DIGITS.index(c)
        elif c in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[c]
            digit = 0
        else:
            total += (section + digit) * {"万": 10**4, "亿": 10**8}[c]
            section = digit = 0
    assert total + section + digit == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("9:00–15:30", "九点到十五点三十分"),
        ("2026年11月28日", "二零二六年十一月二十八日"),
        ("电话021-0000 1200", "电话零二幺零零零零幺二零零"),
        ("打12345或110", "打幺二三四五或幺幺零"),
        ("涨2.5%", "涨百分之二点五"),
        ("约360户", "约三百六十户"),
    ],
)
def test_numbers_as_they_are_spoken(text: str, said: str) -> None:
    assert broadcast.spoken(text) == said


def test_a_script_is_said_twice_in_short_sentences() -> None:
    made = broadcast.script("今天停水，" * 20, who="梧桐里中心", urgent=True)
    half = made.lines.index(broadcast.AGAIN)
    assert made.lines[1:half] == made.lines[half + 1 : -1]
    assert made.lines[0] == "梧桐里中心紧急通知。"
    assert all(len(line) <= broadcast.LONGEST + 1 for line in made.lines)
    assert made.seconds > 40
