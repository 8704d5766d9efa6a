"""Book, change, cancel, come; and what time does: closed days, reminders, days that end."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError

from tests.bookings.conftest import MONDAY, desk
from tests.cast import CENTRE, actor, party
from yimen.bookings import actions, queries, ticks
from yimen.bookings.calendar import event
from yimen.bookings.models import Booking
from yimen.clock.actions import publish
from yimen.clock.queries import calendar_for, shelf
from yimen.ledger.models import Entry
from yimen.ledger.verify import verify
from yimen.lib.actor import ANONYMOUS, system
from yimen.lib.errors import Forbidden, Refused, Unseen
from yimen.lib.icalendar import calendar
from yimen.lib.time import ZONE, at
from yimen.lib.workdays import DayRule, Edition
from yimen.notices.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
TUESDAY_TEN = datetime(2026, 11, 24, 10, 0, tzinfo=ZONE)


def book(resource, who="resident", starts=TUESDAY_TEN, by=None, channel="web", **more):
    by = by or actor(who)
    return actions.book(resource, person=party(who), starts=starts, channel=channel, by=by,
                        at=more.pop("at", MONDAY), **more)  # fmt: skip


def told(booking) -> list[str]:
    rows = Message.objects.filter(about=booking.stream).order_by("queued_at", "id")
    return list(rows.values_list("template", flat=True))


def test_a_resident_books_changes_and_cancels(windows) -> None:
    made = book(windows)
    free = {s.starts: s.free for s in queries.days(windows, MONDAY)[date(2026, 11, 24)]}
    assert free[TUESDAY_TEN] == 1
    moved = actions.change(made, starts=TUESDAY_TEN + timedelta(minutes=30), by=actor("resident"), at=MONDAY)  # fmt: skip
    assert moved.code == made.code and moved.changes == 1
    actions.cancel(moved, by=actor("resident"), at=MONDAY)
    free = {s.free for s in queries.days(windows, MONDAY)[date(2026, 11, 24)]}
    assert free == {2}
    assert told(made) == ["booking.made", "booking.changed", "booking.cancelled"]
    acts = Entry.objects.filter(stream=made.stream).order_by("seq").values_list("act", flat=True)
    assert list(acts) == ["book", "change", "cancel"]
    assert verify().fault is None


def test_full_is_said_and_the_database_says_so_too(windows) -> None:
    book(windows), book(windows, "resident2")
    with pytest.raises(Refused, match="full"):
        book(windows, "neighbour", by=actor("clerk"), channel="phone")
    row = Booking.objects.first()
    row.pk, row.code = Booking().pk, "00000001"
    row.person = party("mother")
    with pytest.raises(IntegrityError, match="booking_seat_once"):
        row.save(force_insert=True)


def test_the_same_button_twice_books_once(windows) -> None:
    made = book(windows)
    with pytest.raises(Refused) as refused:
        book(windows)
    assert made.code in str(refused.value.detail)


def test_bounds_are_for_oneself_the_desk_may_do_more(windows) -> None:
    for n in range(2):
        book(windows, starts=TUESDAY_TEN + timedelta(days=n))
    with pytest.raises(Refused, match="too_many"):
        book(windows, starts=TUESDAY_TEN + timedelta(days=2))
    book(windows, starts=TUESDAY_TEN + timedelta(days=2), by=actor("clerk"), channel="phone")


def test_what_cannot_be_booked(windows) -> None:
    for when in (MONDAY, MONDAY + timedelta(days=15), TUESDAY_TEN.replace(hour=12)):
        with pytest.raises(Refused, match="no_slot"):
            book(windows, starts=when)
    with pytest.raises(Forbidden):
        actions.book(windows, person=party("resident2"), starts=TUESDAY_TEN, channel="web",
                     by=actor("resident"), at=MONDAY)  # fmt: skip
    desk(online=False)
    with pytest.raises(Forbidden):
        book(windows)
    book(windows, by=actor("clerk"), channel="desk")


def test_who_sees_a_booking(windows) -> None:
    made = book(windows)
    seen = {who for who in ("resident", "clerk", "director", "assistant", "resident2", "clerk2", "officer",
                            "auditor", "supervisor", "admin")
            if queries.visible_to(actor(who)).filter(pk=made.pk).exists()}  # fmt: skip
    assert seen == {"resident", "clerk", "director", "assistant"}
    assert not queries.visible_to(ANONYMOUS).exists()
    with pytest.raises(Unseen):
        actions.cancel(made, by=actor("resident2"), at=MONDAY)


def test_coming_in_time_late_and_not(windows) -> None:
    first, second = book(windows), book(windows, "resident2")
    third = book(windows, "neighbour", TUESDAY_TEN - timedelta(minutes=30), actor("clerk"), "phone")
    clerk = actor("clerk")
    with pytest.raises(Refused, match="early"):
        actions.arrive(first, by=clerk, at=TUESDAY_TEN - timedelta(hours=1))
    assert actions.arrive(first, by=clerk, at=TUESDAY_TEN) == "in_time"
    assert actions.arrive(second, by=clerk, at=TUESDAY_TEN + timedelta(minutes=16)) == "late"
    with pytest.raises(Refused, match="arrived"):
        actions.arrive(first, by=clerk, at=TUESDAY_TEN)
    midnight = TUESDAY_TEN.replace(hour=0) + timedelta(days=1)
    assert ticks.missed(midnight) == 1 and ticks.missed(midnight) == 0
    assert Booking.objects.get(pk=third.pk).state == "missed"


def test_a_holiday_announced_late_finds_tells_and_offers(windows) -> None:
    made = book(windows, starts=TUESDAY_TEN.replace(hour=14))
    stays = book(windows, "resident2", TUESDAY_TEN + timedelta(days=1))
    assert ticks.closed(MONDAY) == 0
    known = shelf().edition(2026)
    days = (*known.days, DayRule(date(2026, 11, 24), True, "临时放假"))
    edition = Edition("", 2026, True, days, known.source, known.version)
    publish(edition, by=system(), at=MONDAY)
    assert not calendar_for(CENTRE[:9]).is_working(date(2026, 11, 24))
    assert ticks.closed(MONDAY) == 1 and ticks.closed(MONDAY) == 0
    made, stays = Booking.objects.get(pk=made.pk), Booking.objects.get(pk=stays.pk)
    assert (made.state, stays.state) == ("displaced", "booked")
    message = Message.objects.get(template="booking.closed")
    assert message.facts["offer"].startswith("2026-11-25T09:00")
    offered = queries.next_free(windows, MONDAY, made.starts_at)[0]
    actions.change(made, starts=offered.starts, by=actor("resident"), at=MONDAY)
    assert Booking.objects.get(pk=made.pk).state == "booked"


def test_who_was_closed_out_did_not_stay_away(windows) -> None:
    made = book(windows)
    begin = TUESDAY_TEN.replace(hour=8)
    actions.close(windows, starts=begin, ends=begin + timedelta(hours=9), by=actor("director"), at=MONDAY)  # fmt: skip
    assert ticks.closed(MONDAY) == 1
    ticks.missed(TUESDAY_TEN + timedelta(days=1))
    row = Booking.objects.get(pk=made.pk)
    assert (row.state, row.ended_why) == ("cancelled", "closed")
    with pytest.raises(Forbidden):
        actions.close(windows, starts=begin, ends=begin + timedelta(hours=1), by=actor("clerk"), at=MONDAY)  # fmt: skip


def test_a_reminder_goes_out_once(windows) -> None:
    made = book(windows)
    evening = MONDAY.replace(hour=18)
    assert ticks.remind(evening) == 1 and ticks.remind(evening) == 0
    assert told(made) == ["booking.made", "booking.reminder"]


def test_three_missed_pause_booking_by_oneself(windows) -> None:
    for n in range(3):
        day = TUESDAY_TEN + timedelta(days=n)
        with at(day - timedelta(hours=20)):
            book(windows, starts=day, at=day - timedelta(hours=20))
        ticks.missed(day + timedelta(days=1))
    later = TUESDAY_TEN + timedelta(days=3)
    with pytest.raises(Refused, match="paused"):
        book(windows, starts=later + timedelta(days=3), at=later)
    book(windows, starts=later + timedelta(days=3), at=later, by=actor("clerk"), channel="phone")


def test_the_calendar_file(windows) -> None:
    made = book(windows)
    text = calendar([event(made, site="localhost")], name="预约", at=MONDAY)
    assert "DTSTART:20261124T020000Z\r\n" in text and "SEQUENCE:0\r\n" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert party("resident").name not in text
    moved = actions.change(made, starts=TUESDAY_TEN + timedelta(days=1), by=actor("resident"), at=MONDAY)  # fmt: skip
    assert event(moved, site="localhost").sequence == 1
