"""The line's roster: fourteen days, holes told once, whom to ring at night and that it is on record."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.cast import account, actor, facts
from tests.hotline import line
from yimen.hotline import actions, duty, ticks
from yimen.hotline.models import DutyHole
from yimen.ledger.models import Entry
from yimen.lib.errors import Forbidden, Invalid, Unseen
from yimen.lib.time import ZONE, at, now
from yimen.notices.models import Message
from yimen.people.models import Disclosure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
PAGE = "/desk/line/duty/"


@pytest.fixture(autouse=True)
def _monday(cast):
    with at(MONDAY):
        yield


@pytest.fixture
def roster():
    """Three people sit all shifts of three weeks."""
    place, post, shifts = line.set_up()
    first = (MONDAY - timedelta(days=3)).date()
    made = {
        code: line.fill(account(who), post, shifts[code], first, 21)
        for code, who in (("early", "clerk"), ("late", "assistant"), ("night", "director"))
    }
    return place, post, shifts, made


def gone(made, code: str, in_days: int):
    """Nobody sits there that day."""
    day = (now() + timedelta(days=in_days)).date()
    row = next(d for d in made[code] if d.day == day)
    row.cancelled_at = now()
    row.save()
    return row


def told() -> list[Message]:
    return list(Message.objects.filter(template="line.holes").order_by("id"))


def test_a_full_roster_has_no_hole_and_nobody_is_told(roster) -> None:
    assert duty.holes_of(roster[0], now()) == []
    assert ticks.holes(now()) == 0 and not told()


def test_a_hole_two_weeks_ahead_is_told_once_to_the_head(roster) -> None:
    place, _post, _shifts, made = roster
    row = gone(made, "night", 12)
    assert ticks.holes(now()) == 1
    hole = DutyHole.objects.get()
    assert (hole.begins_at, hole.ends_at, hole.missing) == (row.begins_at, row.ends_at, 1)
    assert [m.to_account_id for m in told()] == [account("director").pk]
    assert told()[0].facts["count"] == 1
    with at(MONDAY + timedelta(days=1, hours=5)):
        assert ticks.holes(now()) == 0 and len(told()) == 1, "told once, however the window moves"
        gone(made, "late", 3)
        assert ticks.holes(now()) == 1 and len(told()) == 2


def test_a_hole_that_is_filled_says_so_and_is_told_again_when_it_opens_again(roster) -> None:
    _place, _post, _shifts, made = roster
    row = gone(made, "early", 5)
    ticks.holes(now())
    row.cancelled_at = None
    row.save()
    with at(MONDAY + timedelta(hours=1)):
        assert ticks.holes(now()) == 0
        assert DutyHole.objects.get().filled_at == now()
        row.cancelled_at = now()
        row.save()
        assert ticks.holes(now()) == 1
    assert DutyHole.objects.count() == 2 and len(told()) == 2


def test_the_last_night_of_the_fortnight_is_whole_and_the_day_after_is_not_looked_at(
    roster,
) -> None:
    _place, _post, _shifts, made = roster
    gone(made, "night", 13)
    gone(made, "early", 14)
    assert ticks.holes(now()) == 1
    hole = DutyHole.objects.get()
    assert hole.ends_at - hole.begins_at == timedelta(hours=8)


def test_the_page_shows_who_sits_when_and_holes(roster) -> None:
    gone(roster[3], "late", 4)
    client = signed_in("clerk")
    page = client.get(PAGE).content.decode()
    assert "今后两周有 1 处没有人" in page and "缺 1 人" in page and facts("clerk")["name"] in page
    assert page.count("<tr") >= 15
    assert client.get(PAGE).status_code == 200
    for who in ("officer", "resident", "editor"):
        assert signed_in(who).get(PAGE).status_code == 404
    watcher = signed_in("auditor").get(PAGE).content.decode()
    assert "来电排队时找谁" not in watcher, "who only watches needs no list of numbers"


def test_the_page_asks_few_questions(roster, django_assert_max_num_queries) -> None:
    client = signed_in("clerk")
    client.get(PAGE)
    with django_assert_max_num_queries(45):
        client.get(PAGE)


def test_without_a_post_the_page_says_what_to_do() -> None:
    assert "还没有为热线设岗位" in signed_in("director").get(PAGE).content.decode()
    assert ticks.holes(now()) == 0


def test_whom_to_ring_and_that_it_was_shown_is_on_record(roster) -> None:
    names = [who.username for who, _why in duty.call_out("310199001", now())]
    assert names[0] == "clerk", "whoever should sit there now comes first"
    assert "director" in names and names.index("director") == len(names) - 1
    number = actions.ring_up(account("director").pk, reason="queue", by=actor("clerk"), at=now())
    assert number == facts("director")["phone"]
    assert Disclosure.objects.get().reason == "热线来电排队"
    entry = Entry.objects.get(act="ring_up")
    assert json.loads(entry.data) == {"account": str(account("director").pk), "reason": "queue"}


def test_only_colleagues_of_the_line_for_a_reason_and_by_operators(roster) -> None:
    who = account("director").pk
    with pytest.raises(Invalid):
        actions.ring_up(who, reason="curious", by=actor("clerk"), at=now())
    with pytest.raises(Unseen):
        actions.ring_up(account("officer").pk, reason="queue", by=actor("clerk"), at=now())
    with pytest.raises(Forbidden):
        actions.ring_up(who, reason="queue", by=actor("auditor"), at=now())
    assert not Disclosure.objects.exists()


def test_on_leave_is_not_rung(roster) -> None:
    from yimen.workforce.models import Duty, Leave

    place = roster[0]
    who = account("clerk")
    Duty.objects.filter(account=who).update(cancelled_at=now())
    leave = Leave.objects.create(
        street=place.street, place=place, account=who, sort="annual", first=now().date(),
        last=now().date(), asked_at=now(), state="asked",
    )  # fmt: skip
    Duty.objects.create(
        street=place.street, place=place, account=who, sort="leave", leave=leave,
        day=now().date(), begins_at=now() - timedelta(hours=9), ends_at=now() + timedelta(hours=9),
    )  # fmt: skip
    assert "clerk" not in [one.username for one, _why in duty.call_out("310199001", now())]


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(account(username))
    return client


def test_the_demonstration_has_two_holes_a_week_of_calls_and_is_loaded_once() -> None:
    from yimen.hotline import duty_loaders, figures

    assert duty_loaders.demo() > 100 and duty_loaders.demo() == 0
    holes = DutyHole.objects.order_by("begins_at")
    days = [(h.begins_at.astimezone(ZONE).date() - MONDAY.date()).days for h in holes]
    assert {3, 9} <= set(days)
    counted = figures.by_day(
        actor("clerk"), (MONDAY - timedelta(days=7)).date(), (MONDAY - timedelta(days=1)).date()
    )
    assert len(counted) == 7 and all(rung.came == 29 for rung in counted.values())
    assert sum(rung.picked for rung in counted.values()) < 7 * 29, "a few gave up"


def test_a_note_that_the_next_shift_leaves_unsigned_is_told_once(roster) -> None:
    clerk = actor("clerk")
    note = actions.write_note("三楼老人夜里叫过两次", by=clerk, at=now())

    def told() -> list[Message]:
        return list(Message.objects.filter(template="line.notes_unsigned"))

    with at(now() + timedelta(hours=3)):
        ticks.holes(now())
        assert not told()
    with at(now() + timedelta(hours=4, minutes=5)):
        assert (ticks.holes(now()), ticks.holes(now())) == (1, 0)
        assert len(told()) == len({m.to_account_id for m in told()}) >= 1
        assert "老人" not in str(told()[0].facts)
        actions.sign_note(note.pk, by=actor("assistant"), at=now())
    before = len(told())
    with at(now() + timedelta(hours=9)):
        ticks.holes(now())
    assert len(told()) == before
