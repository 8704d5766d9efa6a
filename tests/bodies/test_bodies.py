from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import OTHER_STREET, STREET, account, actor, body, party
from tests.people.test_parties import at_once
from yimen.bodies import actions, queries
from yimen.bodies.models import Appointment, Body, Cover, MatrixRule, Seat
from yimen.ledger.models import Entry
from yimen.lib.actor import Can, system
from yimen.lib.errors import Forbidden, Invalid, Refused
from yimen.lib.time import now, today
from yimen.people import actions as people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
ADMIN = "admin"


def seat(code: str, key: str, street: str = STREET) -> Seat:
    return Seat.objects.get(body=body(code, street), key=key)


def held(username: str, code: str) -> Appointment:
    return Appointment.objects.get(account__username=username, seat__body=body(code))


def day(offset: int) -> date:
    return today() + timedelta(days=offset)


class TestActor:
    def test_each_of_the_cast_has_exactly_the_powers_of_the_seat(self) -> None:
        def cans(name: str) -> set[str]:
            return {p.can.value for p in actor(name).powers}

        assert cans("clerk") == {"intake", "handle", "unmask"}
        assert cans("officer") == {"handle", "decide", "unmask"}
        assert cans("head") == {"head", "handle", "decide", "unmask"}
        assert cans("director") == {"direct", "head", "unmask"}
        assert cans("deputydirector") == {"direct"}
        assert cans("assistant") == {"coordinate"}
        assert cans("supervisor") == {"supervise"} and cans("auditor") == {"audit"}
        assert cans("editor") == {"catalogue"} and cans("admin") == {"admin", "calendar"}
        assert cans("machine") == {"handle"} and cans("courier") == {"handle"}
        assert cans("resident") == set()

    def test_a_power_belongs_to_a_body(self) -> None:
        officer = actor("officer")
        assert officer.can(Can.DECIDE, body=body("bo-civil-affairs").pk)
        assert not officer.can(Can.DECIDE, body=body("bo-tax").pk)

    def test_nobody_acts_before_or_after_the_appointment(self) -> None:
        actions.end_appointment(
            held("officer", "bo-civil-affairs"), last_day=today(), by=actor(ADMIN), at=now()
        )
        assert actor("officer").can(Can.HANDLE)
        assert not actor("officer", day(1)).powers
        assert not actor("officer", date(2023, 12, 31)).powers
        assert actor("officer", date(2024, 1, 1)).can(Can.HANDLE)

    def test_a_deputy_acts_during_the_leave_only_and_is_marked(self) -> None:
        actions.cover(
            held("officer", "bo-civil-affairs"), account("officer2"), valid_from=day(1),
            valid_until=day(3), reason="年休假", by=actor("officer"), at=now(),
        )  # fmt: skip
        civil = body("bo-civil-affairs").pk
        for offset, may in ((0, False), (1, True), (3, True), (4, False)):
            assert actor("officer2", day(offset)).can(Can.DECIDE, body=civil) is may
        power = actor("officer2", day(1)).power_for(Can.DECIDE, body=civil)
        assert power is not None and power.deputy
        own = actor("officer2", day(1)).power_for(Can.DECIDE)
        assert own is not None and not own.deputy

    def test_a_cover_ends_with_the_appointment(self) -> None:
        made = held("officer", "bo-civil-affairs")
        actions.cover(
            made, account("officer2"), valid_from=today(), valid_until=day(9), reason="学习",
            by=actor("officer"), at=now(),
        )  # fmt: skip
        actions.end_appointment(made, last_day=day(2), by=actor(ADMIN), at=now())
        civil = body("bo-civil-affairs").pk
        assert actor("officer2", day(2)).can(Can.DECIDE, body=civil)
        assert not actor("officer2", day(3)).can(Can.DECIDE, body=civil)

    def test_a_body_that_has_ended_gives_no_power(self) -> None:
        actions.end_body(body("bo-civil-affairs"), last_day=day(0), by=actor(ADMIN), at=now())
        assert actor("officer").powers and not actor("officer", day(1)).powers

    def test_covering_in_another_street_does_not_move_the_deputy(self) -> None:
        outside = Appointment.objects.get(
            account__username="clerk3", seat__body__street=OTHER_STREET
        )
        actions.cover(
            outside, account("clerk"), valid_from=today(), valid_until=today(), reason="支援",
            by=system(), at=now(),
        )  # fmt: skip
        assert actor("clerk").street == STREET

    def test_it_costs_one_query_record_and_all(self, django_assert_num_queries: Any) -> None:
        who, plain = account("clerk"), account("machine")
        with django_assert_num_queries(1):
            queries.actor_for(who)
        with django_assert_num_queries(1):
            queries.actor_for(plain)


class TestAppoint:
    def test_a_full_seat_is_refused_until_its_holder_leaves(self) -> None:
        head = seat("bo-civil-affairs", "head")
        with pytest.raises(Refused):
            actions.appoint(head, account("officer"), valid_from=today(), by=actor(ADMIN), at=now())
        actions.end_appointment(
            held("head", "bo-civil-affairs"), last_day=day(5), by=actor(ADMIN), at=now()
        )
        with pytest.raises(Refused):
            actions.appoint(head, account("officer"), valid_from=day(5), by=actor(ADMIN), at=now())
        made = actions.appoint(
            head, account("officer"), valid_from=day(6), by=actor(ADMIN), at=now()
        )
        assert made.post == 1

    def test_posts_of_a_larger_quota_are_numbered(self) -> None:
        officers = seat("bo-civil-affairs", "officer")
        for n, name in ((2, "officer2"), (3, "officer3")):
            made = actions.appoint(
                officers, account(name), valid_from=today(), by=actor(ADMIN), at=now()
            )
            assert made.post == n
        with pytest.raises(Refused):
            actions.appoint(
                officers, account("officer4"), valid_from=today(), by=actor(ADMIN), at=now()
            )

    def test_the_database_refuses_a_second_holder_of_a_post(self) -> None:
        head = seat("bo-civil-affairs", "head")
        with pytest.raises(IntegrityError), transaction.atomic():
            Appointment.objects.create(seat=head, account=account("clerk"), valid_from=today())

    def test_only_an_administrator_of_the_street_appoints(self) -> None:
        officers = seat("bo-civil-affairs", "officer")
        for name in ("clerk", "director", "head", "officer", "resident"):
            with pytest.raises(Forbidden):
                actions.appoint(
                    officers, account("clerk"), valid_from=today(), by=actor(name), at=now()
                )
        with pytest.raises(Forbidden):
            actions.appoint(
                seat("bo-tax", "officer", OTHER_STREET), account("clerk"), valid_from=today(),
                by=actor(ADMIN), at=now(),
            )  # fmt: skip

    def test_past_days_are_answered(self) -> None:
        end = held("head", "bo-civil-affairs")
        actions.end_appointment(end, last_day=day(-1), by=actor(ADMIN), at=now())
        actions.appoint(
            seat("bo-civil-affairs", "head"), account("officer"), valid_from=today(),
            by=actor(ADMIN), at=now(),
        )  # fmt: skip

        def heads(on: date) -> list[str]:
            found = queries.who_could(body("bo-civil-affairs").pk, on)
            return [r["account"].username for r in found if r["seat"].key == "head"]

        assert heads(date(2024, 6, 1)) == ["head"]
        assert heads(today()) == ["officer"]
        assert heads(date(2023, 1, 1)) == []

    def test_vacancies_are_computed(self) -> None:
        def vacant() -> dict[tuple[str, str], int]:
            rows = queries.vacancies(STREET, today())
            return {(r["seat"].body.code, r["seat"].key): r["vacant"] for r in rows}

        assert vacant()["bo-civil-affairs", "officer"] == 2
        assert ("bo-civil-affairs", "head") not in vacant()

    def test_it_is_on_record_without_names(self) -> None:
        actions.appoint(
            seat("bo-tax", "officer"), account("clerk"), valid_from=today(), by=actor(ADMIN),
            at=now(),
        )  # fmt: skip
        entry = Entry.objects.filter(stream="body:bo-tax").latest("seq")
        assert entry.act == "appointed" and party("clerk").name not in entry.data
        assert entry.account == account(ADMIN).pk and entry.power is not None


class TestCover:
    def cover(self, by: str = "officer", deputy: str = "officer2", **changes: Any) -> Cover:
        given = {"valid_from": today(), "valid_until": day(5), "reason": "年休假", **changes}
        return actions.cover(
            held("officer", "bo-civil-affairs"), account(deputy), by=actor(by), at=now(), **given
        )

    def test_the_holder_the_head_and_the_administrator_may(self) -> None:
        for name in ("officer", "head", "admin"):
            made = self.cover(by=name)
            actions.end_cover(made, by=actor(name), at=now())
        for name in ("officer2", "clerk", "assistant", "resident"):
            with pytest.raises(Forbidden):
                self.cover(by=name)

    def test_one_deputy_at_a_time(self) -> None:
        self.cover()
        with pytest.raises(Refused):
            self.cover(deputy="officer3", valid_from=day(5), valid_until=day(6))
        self.cover(deputy="officer3", valid_from=day(6), valid_until=day(7))

    @pytest.mark.parametrize(
        "wrong",
        [{"deputy": "officer"}, {"deputy": "resident"}, {"reason": " "},
         {"valid_from": date(2020, 1, 1)}, {"valid_until": date(2020, 1, 1)}],
    )  # fmt: skip
    def test_what_cannot_be_is_named(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(Invalid):
            self.cover(**wrong)

    def test_warnings_go_to_the_deputy(self) -> None:
        civil = body("bo-civil-affairs").pk
        assert queries.holders_of(civil, [Can.HANDLE]) == [
            account("officer").pk, account("head").pk
        ] or set(queries.holders_of(civil, [Can.HANDLE])) == {
            account("officer").pk, account("head").pk
        }  # fmt: skip
        self.cover()
        assert account("officer2").pk in queries.holders_of(civil, [Can.HANDLE])
        assert account("officer").pk not in queries.holders_of(civil, [Can.HANDLE])
        assert queries.works_for(account("officer2").pk, civil)
        assert not queries.works_for(account("officer2").pk, civil, day(6))
        assert account("officer2") in queries.staff_of(civil)

    def test_coming_back_early_ends_it_yesterday(self) -> None:
        made = self.cover(valid_from=day(-3))
        actions.end_cover(made, by=actor("officer"), at=now())
        made.refresh_from_db()
        assert made.valid_until == day(-1)
        with pytest.raises(Refused):
            actions.end_cover(made, by=actor("officer"), at=now())


# Complaints about staff need no rule: without one they go to the office above the centre.
ABOVE = {"conduct"}


class TestMatrix:
    def test_it_routes_by_field_and_place_and_says_why(self) -> None:
        found = queries.route(STREET, field="civil-affairs", place=STREET + "003")
        assert found.lead == found.main == body("bo-civil-affairs").pk
        assert found.cooperates == (body("rc-003").pk,)
        assert found.supervises == (body("dept-civil-affairs").pk,)
        told = queries.explain(found.because)
        assert any("民政后台" in line and "民政" in line for line in told)
        assert any("钟楼居委会" in line for line in told)

    def test_every_field_has_a_lead_in_both_streets(self) -> None:
        from yimen.bodies.fields import all_fields

        for street in (STREET, OTHER_STREET):
            for field in set(all_fields()) - ABOVE:
                found = queries.route(street, field=field, place=street + "001")
                assert found.lead and found.supervises, (street, field)

    def test_the_one_complained_of_is_passed_over(self) -> None:
        found = queries.route(
            STREET, field="civil-affairs", place=STREET, excluded=[account("head").pk]
        )
        assert found.lead == body("street-office").pk
        assert body("bo-civil-affairs").pk not in found.bodies

    def test_a_new_rule_follows_the_old_one_from_its_day(self) -> None:
        made = actions.set_rule(
            STREET, field="housing", role="leads", body=body("section-services"),
            valid_from=day(10), by=actor(ADMIN), at=now(),
        )  # fmt: skip
        assert made.version == 2
        assert queries.route(STREET, field="housing", on=day(9)).lead == body("bo-housing").pk
        later = queries.route(STREET, field="housing", on=day(10))
        assert later.lead == body("section-services").pk

    def test_a_rule_for_one_matter_beats_the_field(self) -> None:
        actions.set_rule(
            STREET, field="housing", matter_code="housing-001", role="main",
            body=body("bo-civil-affairs"), valid_from=today(), by=actor(ADMIN), at=now(),
        )  # fmt: skip
        found = queries.route(STREET, field="housing", matter_code="housing-001", place=STREET)
        assert found.main == body("bo-civil-affairs").pk
        assert found.lead == body("bo-housing").pk
        assert queries.route(STREET, field="housing").main == body("bo-housing").pk

    def test_two_leads_at_once_are_refused_by_the_database(self) -> None:
        old = MatrixRule.objects.get(street=STREET, field="housing", role="leads")
        with pytest.raises(IntegrityError), transaction.atomic():
            MatrixRule.objects.create(
                street=STREET, field="housing", role="leads", body=old.body, valid_from=today()
            )

    def test_only_administrators_arrange_it(self) -> None:
        with pytest.raises(Forbidden):
            actions.set_rule(
                STREET, field="housing", role="leads", body=body("bo-housing"),
                valid_from=today(), by=actor("director"), at=now(),
            )  # fmt: skip

    def test_routing_costs_one_small_query(self, django_assert_num_queries: Any) -> None:
        queries.route(STREET, field="housing", place=STREET)
        with django_assert_num_queries(1):  # whether the matrix is still the one in memory
            queries.route(STREET, field="housing", place=STREET)


class TestBodies:
    def test_a_residents_committee_is_never_led(self) -> None:
        with pytest.raises(Invalid):
            actions.create_body(
                STREET, "rc-009", name="新居委会", sort="residents_committee",
                led_by=body("street-office"), active_from=today(), by=actor(ADMIN), at=now(),
            )  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Body.objects.filter(pk=body("rc-001").pk).update(led_by=body("street-office"))

    def test_a_seat_has_only_known_powers(self) -> None:
        with pytest.raises(Invalid):
            actions.create_seat(
                body("audit"), "x", title="x", powers=["king"], by=actor(ADMIN), at=now()
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            Seat.objects.create(body=body("audit"), key="x", title="x", powers=["king"])

    def test_a_code_is_used_once_in_a_street(self) -> None:
        with pytest.raises(Invalid):
            actions.create_body(
                STREET, "bo-tax", name="x", sort="section", active_from=today(),
                by=actor(ADMIN), at=now(),
            )  # fmt: skip

    def test_staff_see_their_street_and_the_departments(self) -> None:
        streets = set(queries.visible_to(actor("clerk")).values_list("street", flat=True))
        assert streets == {STREET, "0"}
        assert not queries.visible_to(actor("resident")).exists()


class TestTokens:
    def bearer(self, name: str) -> dict[str, str]:
        token = people.issue_token(account(name), by=actor(ADMIN), at=now())
        return {"HTTP_AUTHORIZATION": f"Bearer {token}"}

    def test_a_token_acts_with_exactly_its_accounts_powers(self, rf: Any) -> None:
        from yimen.bodies.middleware import ActorMiddleware

        request = rf.get("/", **self.bearer("officer"))
        ActorMiddleware(lambda r: r)(request)
        assert request.actor == actor("officer")
        assert request.user == account("officer") and request.by_token

    def test_a_wrong_or_revoked_token_is_401_even_with_a_session(self, client: Client) -> None:
        client.force_login(account("admin"))
        answer = client.get("/api/v1/centres", HTTP_AUTHORIZATION="Bearer ym_wrong")
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"]
        bearer = self.bearer("clerk")
        assert client.get("/api/v1/centres", **bearer).status_code == 200
        people.revoke_token(account("clerk").tokens.get(), by=actor("clerk"), at=now())
        assert client.get("/api/v1/centres", **bearer).status_code == 401

    def test_its_use_is_noted_during_get(self, client: Client) -> None:
        client.get("/api/v1/centres", **self.bearer("clerk"))
        assert account("clerk").tokens.get().last_used_at is not None

    def test_a_page_that_asks_nobody_costs_no_query(
        self, rf: Any, django_assert_num_queries: Any
    ) -> None:
        from yimen.bodies.middleware import ActorMiddleware

        request = rf.get("/")
        request.user = account("clerk")
        with django_assert_num_queries(0):
            ActorMiddleware(lambda r: r)(request)


@pytest.mark.django_db(transaction=True)
def test_two_appointments_to_one_post_at_once_leave_one() -> None:
    from tests.cast import load_cast

    load_cast()
    by = actor(ADMIN)
    head = held("head", "bo-civil-affairs")
    actions.end_appointment(head, last_day=day(-1), by=by, at=now())
    found = at_once(
        2,
        lambda n: actions.appoint(
            head.seat, account(["officer", "officer2"][n]), valid_from=today(), by=by, at=now()
        ),
    )
    assert [type(x).__name__ for x in found].count("Refused") == 1
