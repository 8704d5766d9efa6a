"""A roster for 365 days: drafted, gaps, no double booking, calendars, contracts, nights."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import account, actor, body, load_cast
from tests.people.test_parties import at_once
from tests.workforce.conftest import MONDAY
from yimen.bodies import actions as bodies
from yimen.bodies.models import Contract
from yimen.clock import actions as clock
from yimen.ledger.models import Entry
from yimen.lib.actor import system
from yimen.lib.errors import Forbidden, Invalid, Refused
from yimen.lib.time import ZONE, at, now
from yimen.lib.workdays import DayRule, Edition
from yimen.notices.models import Message
from yimen.places.models import ServicePoint
from yimen.workforce import actions, loaders, queries, rules, ticks
from yimen.workforce.models import Duty, Post, Shift

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()


def post(code: str = "window") -> Post:
    return Post.objects.get(place="31019900101", code=code)


def shift(code: str = "weekday") -> Shift:
    return Shift.objects.get(place="31019900101", code=code)


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def put(who: str, offset: int, code: str = "weekday", by: str = "assistant") -> Duty:
    made = actions.assign(
        account(who), post(), shift(code), day=day(offset), by=actor(by), at=now()
    )
    return made[0]


def fill(place: ServicePoint, first: int, last: int) -> tuple[int, int]:
    return actions.draft(place, first=day(first), last=day(last), by=actor("assistant"), at=now())


class TestNeeds:
    def test_a_week_follows_the_calendar(self, place: ServicePoint) -> None:
        rows = queries.wanted(place, day(0), day(6))
        assert sum(r.people for r in rows if r.day == day(0)) == 4
        assert sum(r.people for r in rows if r.day == day(5)) == 2
        assert {r.shift.code for r in rows if r.day == day(5)} == {"rest-day"}

    def test_a_make_up_saturday_is_worked_and_a_holiday_is_not(self, place: ServicePoint) -> None:
        saturday, holiday = date(2026, 10, 10), date(2026, 10, 1)  # as announced for 2026
        assert {r.shift.code for r in queries.wanted(place, saturday, saturday)} == {"weekday"}
        assert {r.shift.code for r in queries.wanted(place, holiday, holiday)} == {"rest-day"}

    def test_more_people_from_a_day_on_and_the_days_before_stay(self, place: ServicePoint) -> None:
        actions.set_need(
            post(), shift(), people=5, valid_from=day(2), by=actor("director"), at=now()
        )
        assert [
            next(r.people for r in queries.wanted(place, day(n), day(n)) if r.post == post())
            for n in (1, 2)
        ] == [2, 5]
        with pytest.raises(Forbidden):
            actions.set_need(
                post(), shift(), people=1, valid_from=day(2), by=actor("assistant"), at=now()
            )

    def test_of_a_year_in_few_queries(
        self, place: ServicePoint, django_assert_max_num_queries: object
    ) -> None:
        with django_assert_max_num_queries(6):  # type: ignore[operator]
            assert len(queries.wanted(place, day(0), day(364))) > 900


class TestDraft:
    def test_a_year_is_filled_by_the_rules_and_fairly(self, place: ServicePoint) -> None:
        given, left = fill(place, 0, 27)
        assert (given, left) == (20 * 4 + 8 * 2, 0)
        assert queries.gaps(place, day(0), day(27)) == []
        everybody = {d.account_id for d in Duty.objects.all()}
        loads = queries.loads(everybody, day(0), day(27))
        minutes = sorted(load.minutes for load in loads.values())
        assert len(minutes) >= 5
        for load in loads.values():
            assert max(load.weeks.values()) <= 44 * 60
            assert all(
                not all(load.days.get(d + timedelta(days=n)) for n in range(7)) for d in load.days
            )
        assert fill(place, 0, 27) == (0, 0), "nothing is given twice"

    def test_nobody_is_planned_beyond_the_contract(self, place: ServicePoint) -> None:
        fill(place, 0, 40)
        ends = Contract.objects.get(account=account("clerk8")).valid_until
        assert ends == day(12)
        last = Duty.objects.filter(account=account("clerk8")).order_by("-day")[0].day
        assert day(8) <= last <= ends
        with pytest.raises(Invalid):
            put("clerk8", 14)

    def test_only_who_plans_may(self, place: ServicePoint) -> None:
        for name in ("clerk", "officer", "head", "supervisor", "admin", "resident"):
            with pytest.raises(Forbidden):
                actions.draft(place, first=day(0), last=day(1), by=actor(name), at=now())
        for name in ("assistant", "deputydirector", "director"):
            actions.draft(place, first=day(0), last=day(1), by=actor(name), at=now())

    def test_at_most_a_year_at_once(self, place: ServicePoint) -> None:
        with pytest.raises(Invalid):
            fill(place, 0, 366)

    def test_the_record_says_what_was_done(self, place: ServicePoint) -> None:
        fill(place, 0, 6)
        entry = Entry.objects.filter(stream=f"roster:{place.code}").order_by("-seq")[0]
        assert entry.act == "roster_drafted"


class TestAssign:
    def test_the_database_refuses_two_places_at_once(self, place: ServicePoint) -> None:
        duty = put("clerk4", 1)
        with pytest.raises(Refused, match="rest_busy"):
            put("clerk4", 1)
        with pytest.raises(IntegrityError), transaction.atomic():
            Duty.objects.create(
                street=duty.street, place=place, account=duty.account, post=post("service-desk"),
                shift=duty.shift, day=duty.day, begins_at=duty.begins_at + timedelta(hours=1),
                ends_at=duty.ends_at + timedelta(hours=1),
            )  # fmt: skip

    def test_many_days_at_once_all_or_nothing(self, place: ServicePoint) -> None:
        put("clerk4", 3)
        with pytest.raises(Refused) as refused:
            actions.assign(
                account("clerk4"), post(), shift(), day=day(0), last=day(4),
                by=actor("assistant"), at=now(),
            )  # fmt: skip
        assert "2026-11-26" in str(refused.value.detail)
        assert Duty.objects.filter(account=account("clerk4")).count() == 1
        made = actions.assign(
            account("clerk5"), post(), shift(), day=day(0), last=day(6),
            by=actor("assistant"), at=now(),
        )  # fmt: skip
        assert [d.day for d in made] == [day(n) for n in range(5)]

    def test_a_shift_on_a_day_it_is_not_worked(self, place: ServicePoint) -> None:
        with pytest.raises(Invalid):
            put("clerk4", 5)

    def test_who_lacks_the_seat_is_refused(self, place: ServicePoint) -> None:
        with pytest.raises(Invalid) as wrong:
            put("officer", 1)
        assert wrong.value.errors[0].field == "account"

    def test_nights_round_the_clock(self, place: ServicePoint) -> None:
        """What a duty room needs: three shifts a day, 365 days, one over midnight."""
        by = actor("director")
        names = (
            ("early", time(6), time(14)),
            ("late", time(14), time(22)),
            ("night", time(22), time(6)),
        )
        for code, begins, ends in names:
            made = actions.set_shift(
                place, code, body=body("centre-31019900101"), name=code, begins=begins, ends=ends,
                on="any", by=by, at=now(),
            )  # fmt: skip
            actions.set_need(post(), made, people=1, valid_from=day(0), by=by, at=now())
        for one in ("weekday", "rest-day"):
            for code in ("service-desk", "window", "household"):
                actions.set_need(
                    post(code), shift(one), people=0, valid_from=day(0), by=by, at=now()
                )
        assert fill(place, 0, 9) == (30, 0)
        for hour in range(24 * 9):
            moment = datetime.combine(day(0), time(6), ZONE) + timedelta(hours=hour)
            assert queries.on_duty(place.code, moment).count() == 1
        after = {d.account_id: d for d in Duty.objects.filter(shift__code="night", day=day(2))}
        for duty in Duty.objects.filter(day=day(3), account__in=after):
            assert duty.begins_at - after[duty.account_id].ends_at >= timedelta(hours=11)

    def test_a_duty_that_has_begun_stays(self, place: ServicePoint) -> None:
        duty = put("clerk4", 0)
        with pytest.raises(Refused):
            actions.drop(duty, by=actor("assistant"), at=now())
        later = put("clerk4", 1)
        actions.drop(later, by=actor("assistant"), at=now())
        assert put("clerk4", 1).pk != later.pk
        with pytest.raises(Refused):
            actions.drop(later, by=actor("assistant"), at=now())


class TestChanges:
    def test_a_holiday_announced_late_is_found_and_mended(self, place: ServicePoint) -> None:
        fill(place, 0, 6)
        assert queries.misfits(place, day(0), day(6)) == []
        calendar = queries.calendar_of(place.street)
        _announce_off(place.street, day(2))
        assert queries.calendar_of(place.street) != calendar
        wrong = queries.misfits(place, day(0), day(6))
        assert {d.day for d in wrong} == {day(2)} and len(wrong) == 4
        gone, _given, left = actions.realign(
            place, first=day(0), last=day(6), by=actor("assistant"), at=now()
        )
        assert (gone, left) == (4, 0)
        assert {d.shift.code for d in queries.duties(place.code, day(2), day(2)) if d.shift} == {
            "rest-day"
        }

    def test_a_contract_that_ends_early_shows_on_the_roster(self, place: ServicePoint) -> None:
        fill(place, 0, 12)
        held = Contract.objects.get(account=account("clerk4"))
        bodies.end_contract(held, last_day=day(3), by=actor("director"), at=now())
        wrong = queries.unfit(place, day(0), day(12))
        assert wrong and {d.account_id for d in wrong} == {account("clerk4").pk}
        actions.realign(place, first=day(0), last=day(12), by=actor("assistant"), at=now())
        assert queries.unfit(place, day(0), day(12)) == []


def _announce_off(street: str, off: date) -> None:
    edition = Edition(street, off.year, False, (DayRule(off, True, "停电"),))
    clock.publish(edition, by=system(street), at=now())


class TestTicks:
    def test_gaps_are_told_once_a_day_to_who_plans(self, place: ServicePoint) -> None:
        assert ticks.gaps(now()) == ticks.gaps(now())
        told = Message.objects.filter(template="roster.gaps")
        mine = told.filter(about=f"roster:{place.code}")
        assert [m.to_account.username for m in mine if m.to_account] == ["assistant"]
        with at(MONDAY + timedelta(days=1)):
            ticks.gaps(now())
        assert mine.all().count() == 2
        fill(place, 0, 20)
        with at(MONDAY + timedelta(days=2)):
            ticks.gaps(now())
        assert mine.all().count() == 2, "no gaps, no message"

    def test_contracts_are_warned_of_at_each_step_once(self, place: ServicePoint) -> None:
        for _twice in range(2):
            ticks.contracts(now())
        told = Message.objects.filter(template="contract.ends")
        who = {m.to_account.username for m in told if m.to_account}
        assert who == {"director", "clerk8", "clerk4"}
        assert told.all().count() == 4
        with at(MONDAY + timedelta(days=6)):
            ticks.contracts(now())
        assert told.all().count() == 6, "twelve days before became a week before"


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_never_book_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    load_cast()
    with at(MONDAY):
        content = loaders.read() | {"leave": []}
        monkeypatch.setattr(loaders, "read", lambda: content)
        monkeypatch.setattr(loaders, "_roster", lambda *_args: 0)
        loaders.demo()
    place = ServicePoint.objects.get(pk="31019900101")
    by = actor("assistant", TODAY)

    def plan(n: int) -> object:
        return actions.draft(place, first=day(0), last=day(13 + n), by=by, at=MONDAY)

    found = at_once(3, plan)
    assert not [f for f in found if isinstance(f, Exception) and not isinstance(f, Refused)]
    for one in queries.wanted(place, day(0), day(13)):
        assert len(one.there) <= one.people
    spans = sorted(Duty.objects.values_list("account_id", "begins_at", "ends_at"))
    for a, b in zip(spans, spans[1:], strict=False):
        assert a[0] != b[0] or a[2] <= b[1]


def test_spans_of_a_rule_and_of_a_row_agree(place: ServicePoint) -> None:
    duty = put("clerk4", 1)
    assert rules.span(duty.day, shift().begins, shift().ends) == rules.Span(
        duty.begins_at, duty.ends_at
    )
