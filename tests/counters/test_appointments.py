"""Appointments: offered from the windows, booked by anybody's way, and a ticket on arrival."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from tests.cast import CENTRE, CENTRE_2, account, actor, facts, party
from tests.counters.conftest import MONDAY
from yimen.bookings import actions as bookings
from yimen.bookings.models import Booking, Resource
from yimen.counters import actions, queries, rules
from yimen.counters.loaders import load
from yimen.counters.models import Ticket
from yimen.counters.rules import DEFAULT_PACE
from yimen.ledger.verify import verify
from yimen.lib.actor import ANONYMOUS, system
from yimen.lib.errors import Refused
from yimen.lib.time import ZONE, at, now
from yimen.people.models import Party
from yimen.places.models import ServicePoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hall")]
TEN = datetime(2026, 11, 24, 10, 0, tzinfo=ZONE)


def booked(who="resident", starts=TEN, desk="general", **more):
    resource = Resource.objects.get(centre=CENTRE, code=desk)
    return bookings.book(resource, person=party(who), starts=starts, channel="web",
                         by=system(CENTRE[:9]), at=MONDAY, **more)  # fmt: skip


def test_the_desks_together_never_promise_more_than_the_share() -> None:
    """Over any hall: what all desks give in a slot is the share of what its windows get through,
    but for the one place that every desk has."""
    desks = ["a", "b", "c", "general"]
    for windows in ([[]] * 12, [["a"], ["a", "b"], []], [["c"]], []):
        gets_through = len(windows) * 30 * 60 / DEFAULT_PACE.mean_s
        given = sum(
            rules.places(windows, d, len(desks), slot_min=30, pace=DEFAULT_PACE, share=30) for d in desks
        )  # fmt: skip
        assert given <= max(gets_through * 0.3, len(desks))


def test_the_loader_offers_what_the_centre_is_open_for_and_a_repeat_changes_nothing() -> None:
    point = ServicePoint.objects.get(pk=CENTRE)
    lines = Resource.objects.get(centre=CENTRE, code="general").openings.all()
    spans = {(x.on, f"{x.opens:%H:%M}", f"{x.closes:%H:%M}") for x in lines}
    assert spans == {("work", *s) for s in map(tuple, point.hours["weekday"])} | {
        ("off", *s) for s in map(tuple, point.hours["weekend"])
    }
    assert load() == 0


def test_in_time_comes_before_who_took_a_ticket_within_the_head_start() -> None:
    first, second = booked(), booked("neighbour", desk="insurance")
    point, clerk = ServicePoint.objects.get(pk=CENTRE), actor("clerk")
    early = actions.take(point, by=ANONYMOUS, at=TEN - timedelta(minutes=31)).ticket
    later = actions.take(point, by=ANONYMOUS, at=TEN - timedelta(minutes=29)).ticket
    mine = actions.check_in(first, by=clerk, at=TEN).ticket
    assert (mine.priority, mine.channel, mine.person) == (
        "appointment",
        "booked",
        party("resident"),
    )
    order = list(queries.open_tickets(point).values_list("number", flat=True))
    assert order == [early.number, mine.number, later.number]
    late = actions.check_in(second, by=clerk, at=TEN + timedelta(minutes=16)).ticket
    assert late.priority == "" and late.rank_at == late.taken_at
    with pytest.raises(Refused, match="arrived"):
        actions.check_in(first, by=clerk, at=TEN)
    assert Ticket.objects.filter(booking=first.pk).count() == 1
    assert verify().fault is None


def test_a_resident_books_online(client) -> None:
    client.force_login(account("resident"))
    what = client.get(reverse("counters:book_what", args=[CENTRE])).content.decode()
    assert "社保、医保和就业" in what
    url = reverse("counters:book_when", args=[CENTRE, "insurance"])
    assert 'value="2026-11-24T10:00"' in client.get(url, {"day": "2026-11-24"}).content.decode()
    answer = client.post(url, {"starts": "2026-11-24T10:00"}, follow=True).content.decode()
    made = Booking.objects.get()
    assert "预约成功" in answer and made.code in answer and made.channel == "web"
    again = client.post(url, {"starts": "2026-11-24T10:00"})
    assert again.status_code == 409 and "已经预约了这个时间" in again.content.decode()


def test_a_stranger_sees_the_times_and_the_way(client) -> None:
    url = reverse("counters:book_when", args=[CENTRE, "insurance"])
    page = client.get(url).content.decode()
    assert "登录后自己预约" in page and "打电话" in page
    assert "预约这个时间" not in page
    assert client.post(url, {"starts": "2026-11-24T10:00"}).status_code in (403, 409)
    assert not Booking.objects.exists()


def test_on_the_telephone_without_account_or_document(client) -> None:
    client.force_login(account("clerk"))
    url = reverse("counters:appointment_new", args=[CENTRE]) + "?desk=general&day=2026-11-24"
    given = {"starts": "2026-11-24T10:00", "channel": "phone"}
    missing = client.post(url, given)
    assert missing.status_code == 422 and "姓名和电话" in missing.content.decode()
    given |= {"name": "电话里的人", "phone": "13900001234"}
    slip = client.post(url, given, follow=True).content.decode()
    made = Booking.objects.get()
    assert made.code in slip and made.person.name == "电话里的人" and made.channel == "phone"
    assert made.person.phone_mask and "13900001234" not in slip
    known = {"starts": "2026-11-24T10:30", "channel": "desk", "who": facts("resident")["id_number"]}
    client.post(url, known)
    assert Booking.objects.filter(person=party("resident"), channel="desk").exists()
    again = client.post(url, given | {"name": "", "phone": "13900001234"}).content.decode()
    assert 'value="2026-11-24T10:00" checked' in again and "13900001234" in again
    before = Party.objects.count()
    wrong = client.post(url, given | {"name": "又一个", "starts": "2020-01-01T10:00"})  # fmt: skip
    assert wrong.status_code == 409 and Party.objects.count() == before


def test_who_may_not_register_books_for_those_on_record_and_is_told(client) -> None:
    client.force_login(account("director"))
    url = reverse("counters:appointment_new", args=[CENTRE]) + "?desk=general&day=2026-11-24"
    asked = client.get(url).content.decode()
    assert 'name="phone"' not in asked and "您的岗位不登记人员" in asked
    given = {"starts": "2026-11-24T10:00", "channel": "phone"}
    assert client.post(url, given).status_code == 422
    unknown = client.post(
        url, given | {"who": "没有这个人", "name": "某人", "phone": "13900001234"}
    )
    assert unknown.status_code == 422 and "请窗口人员来预约" in unknown.content.decode()
    assert not Booking.objects.exists()
    client.post(url, given | {"who": facts("resident")["id_number"]})
    assert Booking.objects.get().person == party("resident")


def test_the_day_at_reception(client) -> None:
    made = booked()
    with at(TEN):
        client.force_login(account("clerk"))
        url = reverse("counters:appointments", args=[CENTRE])
        page = client.get(url).content.decode()
        assert made.code in page and party("resident").name in page
        assert made.code not in client.post(url, {"do": "find", "q": "99999999"}).content.decode()
        assert made.code in client.post(url, {"do": "find", "q": made.code}).content.decode()
        answer = client.post(url, {"do": "arrive", "booking": str(made.pk)}, follow=True)
        ticket = Ticket.objects.get(booking=made.pk)
        assert f"已签到，号码 {ticket.number}" in answer.content.decode()
        again = client.post(url, {"do": "arrive", "booking": str(made.pk)}, follow=True)
        assert "已经签到" in again.content.decode()
        printed = client.get(reverse("counters:appointments_print", args=[CENTRE])).content.decode()
        assert made.code in printed and party("resident").name not in printed
        client.force_login(account("clerk2"))
        assert client.get(url).status_code == 404
        client.force_login(account("auditor"))
        assert client.get(url).status_code == 404


def test_at_the_machine_with_card_or_number(client) -> None:
    settings_kiosks = settings.YIMEN_KIOSKS
    settings.YIMEN_KIOSKS = ["127.0.0.0/8"]
    try:
        first, second = booked(), booked("neighbour", desk="insurance")
        with at(TEN):
            url = reverse("counters:kiosk_check_in", args=[CENTRE])
            nobody = client.post(url, {"code": "12345678"})
            assert nobody.status_code == 422 and "没有找到" in nobody.content.decode()
            assert 'value="12345678"' in nobody.content.decode()
            answer = client.post(url, {"card": facts("resident")["id_number"]}, follow=True)
            assert Ticket.objects.get(booking=first.pk).number in answer.content.decode()
            client.post(url, {"code": second.code})
            assert Ticket.objects.filter(booking=second.pk, priority="appointment").exists()
            book = reverse("counters:kiosk_book", args=[CENTRE]) + "?desk=civil"
            given = {"starts": "2026-11-25T10:00", "card": facts("resident")["id_number"]}
            told = client.post(book, given).content.decode()
            made = Booking.objects.get(channel="kiosk")
            assert made.code in told and made.person == party("resident")
            assert facts("resident")["id_number"] not in told
    finally:
        settings.YIMEN_KIOSKS = settings_kiosks


def test_from_elsewhere_nobody_checks_in_or_uses_a_card(client) -> None:
    settings_kiosks, settings.YIMEN_KIOSKS = settings.YIMEN_KIOSKS, []
    try:
        made = booked()
        with at(TEN):
            client.post(reverse("counters:kiosk_check_in", args=[CENTRE]), {"code": made.code})
            book = reverse("counters:kiosk_book", args=[CENTRE]) + "?desk=civil"
            client.post(
                book, {"starts": "2026-11-25T10:00", "card": facts("resident")["id_number"]}
            )
        assert not Ticket.objects.exists() and Booking.objects.count() == 1
    finally:
        settings.YIMEN_KIOSKS = settings_kiosks


def test_only_who_runs_the_hall_sets_it_up(client) -> None:
    client.force_login(account("clerk"))
    url = reverse("counters:appointments", args=[CENTRE])
    assert client.post(url, {"do": "offer"}).status_code == 403
    client.force_login(account("director"))
    other = reverse("counters:appointments", args=[CENTRE_2])
    Resource.objects.filter(centre=CENTRE_2).update(slot_min=20)
    assert "已更新" in client.post(other, {"do": "offer"}, follow=True).content.decode()
    assert "没有变化" in client.post(other, {"do": "offer"}, follow=True).content.decode()
    assert actions.offer(CENTRE_2, by=system(CENTRE_2[:9]), at=now()) == 0
