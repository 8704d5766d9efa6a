"""Training before a post and in service: the post refuses, in the rule and in the database."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import account, actor, body
from tests.workforce.conftest import MONDAY
from yimen.bodies import actions as bodies
from yimen.bodies.models import Seat
from yimen.lib.errors import Forbidden, Invalid, Refused
from yimen.lib.time import ZONE, at, now
from yimen.notices.models import Message
from yimen.places.models import ServicePoint
from yimen.workforce import actions, learning, queries, ticks
from yimen.workforce.models import Certificate, Course, Duty, Enrolment, Post, Session, Shift
from yimen.workforce.rules import last_day

db = pytest.mark.django_db
TODAY = MONDAY.date()


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def course(code: str = "household-basics") -> Course:
    return Course.objects.get(code=code)


def put(who: str, offset: int) -> Duty:
    where = {"place": "31019900101"}
    return actions.assign(
        account(who), Post.objects.get(code="household", **where),
        Shift.objects.get(code="weekday", **where), day=day(offset), by=actor("assistant"),
        at=now(),
    )[0]  # fmt: skip


def session(offset: int = 1, hour: int = 17) -> Session:
    begins = datetime.combine(day(offset), datetime.min.time(), ZONE) + timedelta(hours=hour)
    return actions.hold_session(
        course(), ServicePoint.objects.get(pk="31019900101"), begins_at=begins,
        ends_at=begins + timedelta(hours=2), by=actor("assistant"), at=now(),
    )  # fmt: skip


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60))
def test_the_last_day_of_so_many_months(first: date, months: int) -> None:
    last = last_day(first, months)
    assert last is not None
    after = last + timedelta(days=1)
    assert (after.year - first.year) * 12 + after.month - first.month == months or after.day == 1
    assert after.day == first.day or after.day == 1
    assert last_day(first, None) is None


def test_a_year_from_the_last_of_january() -> None:
    assert last_day(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert last_day(date(2026, 3, 1), 12) == date(2027, 2, 28)


@db
class TestPost:
    def test_who_lacks_the_certificate_is_refused_with_what_to_do(
        self, place: ServicePoint
    ) -> None:
        put("clerk4", 1)
        with pytest.raises(Invalid, match="certificate") as refused:
            put("clerk7", 1)
        assert "户籍业务培训" in str(refused.value.detail)

    def test_the_database_refuses_too(self, place: ServicePoint) -> None:
        duty = put("clerk4", 1)
        with pytest.raises(IntegrityError), transaction.atomic():
            Duty.objects.filter(pk=duty.pk).update(account=account("clerk7"))
        with pytest.raises(IntegrityError), transaction.atomic():
            later = duty.begins_at + timedelta(days=800)
            Duty.objects.filter(pk=duty.pk).update(
                day=later.date(), begins_at=later, ends_at=later + timedelta(hours=8)
            )

    def test_the_draft_gives_it_only_to_who_has_it_until_it_ends(self, place: ServicePoint) -> None:
        held = Certificate.objects.get(account=account("clerk5"), course=course())
        assert held.valid_until is not None and day(20) < held.valid_until < day(40)
        actions.draft(place, first=day(0), last=day(80), by=actor("assistant"), at=now())
        given_ = Duty.objects.filter(post__code="household", cancelled_at=None)
        assert given_.filter(account=account("clerk5")).exists()
        assert not given_.filter(account=account("clerk5"), day__gt=held.valid_until).exists()
        assert not given_.filter(account=account("clerk7")).exists()

    def test_a_requirement_made_later_shows_who_no_longer_fits(self, place: ServicePoint) -> None:
        duty = put("clerk4", 1)
        Certificate.objects.filter(account=account("clerk4"), course=course()).update(
            valid_until=day(0)
        )
        assert [d.pk for d in queries.unfit(place, day(0), day(9))] == [duty.pk]

    def test_an_appointment_to_a_seat_whose_posts_all_ask_for_it(self, place: ServicePoint) -> None:
        seat = Seat.objects.get(body=body("centre-31019900101"), key="assistant")
        actions.set_post(
            place, "night", body=body("centre-31019900101"), name="夜间值守", seat=seat,
            by=actor("director"), at=now(),
        )  # fmt: skip
        night = Post.objects.get(code="night")
        actions.require(night, course(), valid_from=day(0), by=actor("director"), at=now())
        bodies.end_appointment(
            seat.appointments.get(), last_day=day(-1), by=actor("admin"), at=now()
        )
        with pytest.raises(Refused, match="not_fit"):
            bodies.appoint(seat, account("clerk7"), valid_from=day(0), by=actor("admin"), at=now())
        bodies.appoint(seat, account("clerk4"), valid_from=day(0), by=actor("admin"), at=now())

    def test_swaps_ask_for_it_as_well(self, place: ServicePoint) -> None:
        duty = put("clerk4", 1)
        with pytest.raises(Invalid, match="certificate"):
            actions.ask_swap(duty, of=account("clerk7"), by=actor("clerk4"), at=now())


@db
class TestSession:
    def test_passed_means_a_certificate_and_hours(self, place: ServicePoint) -> None:
        made = session()
        first = actions.enrol(made, account("clerk7"), by=actor("clerk7"), at=now())
        second = actions.enrol(made, account("clerk8"), by=actor("assistant"), at=now())
        with pytest.raises(Refused, match="not_yet"):
            actions.record_results(made, {first.pk: (True, 90)}, by=actor("assistant"), at=now())
        with at(MONDAY + timedelta(days=2)):
            done = actions.record_results(
                made, {first.pk: (True, 90), second.pk: (True, 79)}, by=actor("assistant"),
                at=now(),
            )  # fmt: skip
            assert done == 1
            put("clerk7", 3)
        assert learning.hours(place.street, 2026) == {
            account("clerk7").pk: 2.0, account("clerk8").pk: 2.0,
        }  # fmt: skip
        given_ = Enrolment.objects.get(pk=first.pk).certificate
        assert given_ is not None and given_.valid_until == date(2028, 11, 23)

    def test_nobody_is_at_a_window_and_in_training(self, place: ServicePoint) -> None:
        put("clerk4", 1)
        made = session(1, 10)
        with pytest.raises(Refused, match="rest_busy"):
            actions.enrol(made, account("clerk4"), by=actor("clerk4"), at=now())
        actions.enrol(made, account("clerk5"), by=actor("clerk5"), at=now())
        with pytest.raises(Refused, match="rest_busy"):
            put("clerk5", 1)

    def test_only_oneself_or_who_plans(self, place: ServicePoint) -> None:
        made = session()
        with pytest.raises(Forbidden):
            actions.enrol(made, account("clerk5"), by=actor("clerk4"), at=now())
        with pytest.raises(Forbidden):
            actions.record_results(made, {}, by=actor("clerk4"), at=now())


@db
def test_the_holder_is_reminded_once_at_each_step(place: ServicePoint) -> None:
    for _twice in range(2):
        ticks.certificates(now())
    told = Message.objects.filter(template="certificate.ends")
    assert [m.to_account.username for m in told if m.to_account] == ["clerk5"]


@db
def test_pages_by_role(place: ServicePoint, client: Client) -> None:
    made = session()
    client.force_login(account("clerk4"))
    page = client.get("/desk/training/").content.decode()
    assert "户籍业务培训" in page and "安排一场培训" not in page
    done = client.post(f"/desk/training/sessions/{made.pk}/enrol/", {"x": "1"})
    assert done.status_code == 302
    assert client.get("/desk/training/courses/new/").status_code == 403
    client.force_login(account("assistant"))
    assert "快到期" in client.get("/desk/training/").content.decode()
    late = client.post("/desk/training/sessions/new/", {
        "course": course().pk, "place": place.code, "day": "2026-11-30", "begins": "16:00",
        "ends": "15:00",
    })  # fmt: skip
    assert late.status_code == 422 and "结束要晚于开始" in late.content.decode()
    row = Enrolment.objects.get(session=made)
    with at(MONDAY + timedelta(days=2)):
        client.logout()  # that sign-in has ended by now
        client.force_login(account("assistant"))
        sent = {f"a_{row.pk.hex}": "on", f"s_{row.pk.hex}": "101"}
        address = f"/desk/training/sessions/{made.pk}/results/"
        wrong = client.post(address, sent)
        assert wrong.status_code == 422, wrong.headers.get("Location")
        assert client.post(address, sent | {f"s_{row.pk.hex}": "95"}).status_code == 302
    client.force_login(account("clerk3"))
    assert client.get(f"/desk/training/sessions/{made.pk}/").status_code == 404
