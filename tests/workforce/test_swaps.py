"""Swaps between two people, approved by a third; leave; what the pages show."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import account, actor
from tests.look.test_spreadsheets import read
from tests.workforce.conftest import MONDAY
from yimen.lib.errors import Forbidden, Refused, Unseen
from yimen.lib.time import now
from yimen.notices.models import Message
from yimen.places.models import ServicePoint
from yimen.workforce import actions, queries
from yimen.workforce.models import Duty, Leave, Post, Shift, Swap

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def put(who: str, offset: int, post: str = "window") -> Duty:
    where = {"place": "31019900101"}
    return actions.assign(
        account(who), Post.objects.get(code=post, **where), Shift.objects.get(code="weekday", **where),
        day=day(offset), by=actor("assistant"), at=now(),
    )[0]  # fmt: skip


def holder(duty: Duty) -> str:
    return str(Duty.objects.select_related("account").get(pk=duty.pk).account.username)


def agreed(mine: Duty, theirs: Duty | None, of: str = "clerk5") -> Swap:
    swap = actions.ask_swap(mine, of=account(of), other=theirs, by=actor("clerk4"), at=now())
    return actions.answer_swap(swap, accept=True, by=actor(of), at=now())


def approve(swap: Swap, by: str = "deputydirector") -> Swap:
    return actions.decide_swap(swap, approve=True, by=actor(by), at=now())


class TestSwap:
    def test_asked_accepted_approved_then_both_change_hands(self, place: ServicePoint) -> None:
        mine, theirs = put("clerk4", 1), put("clerk5", 2)
        swap = agreed(mine, theirs)
        assert (holder(mine), holder(theirs)) == ("clerk4", "clerk5"), "nothing changed yet"
        approve(swap)
        assert (holder(mine), holder(theirs)) == ("clerk5", "clerk4")
        told = Message.objects.filter(template="roster.swap_approved")
        assert {m.to_account.username for m in told if m.to_account} == {"clerk4", "clerk5"}

    def test_of_two_duties_at_the_same_hours(self, place: ServicePoint) -> None:
        mine, theirs = put("clerk4", 1), put("clerk5", 1, "service-desk")
        approve(agreed(mine, theirs))
        assert (holder(mine), holder(theirs)) == ("clerk5", "clerk4")

    def test_for_nothing_in_exchange(self, place: ServicePoint) -> None:
        mine = put("clerk4", 1)
        approve(agreed(mine, None))
        assert holder(mine) == "clerk5"

    def test_who_may_do_what(self, place: ServicePoint) -> None:
        mine = put("clerk4", 1)
        with pytest.raises(Forbidden):
            actions.ask_swap(mine, of=account("clerk6"), by=actor("clerk5"), at=now())
        swap = actions.ask_swap(mine, of=account("clerk5"), by=actor("clerk4"), at=now())
        with pytest.raises(Forbidden):
            actions.answer_swap(swap, accept=True, by=actor("clerk4"), at=now())
        with pytest.raises(Unseen):
            actions.answer_swap(swap, accept=True, by=actor("clerk6"), at=now())
        with pytest.raises(Refused, match="not_accepted"):
            approve(swap)
        actions.answer_swap(swap, accept=True, by=actor("clerk5"), at=now())
        for name in ("assistant", "clerk4", "clerk5"):
            with pytest.raises(Forbidden):
                approve(swap, name)
        approve(swap, "director")

    def test_the_database_knows_that_a_third_approves(self, place: ServicePoint) -> None:
        swap = agreed(put("clerk4", 1), None)
        with pytest.raises(IntegrityError), transaction.atomic():
            Swap.objects.filter(pk=swap.pk).update(
                state="approved", decided_by=account("clerk5"), decided_at=now()
            )

    def test_rest_is_kept_and_one_request_at_a_time(self, place: ServicePoint) -> None:
        mine, busy = put("clerk4", 1), put("clerk5", 1, "service-desk")
        with pytest.raises(Refused, match="rest_busy"):
            actions.ask_swap(mine, of=account("clerk5"), by=actor("clerk4"), at=now())
        actions.drop(busy, by=actor("assistant"), at=now())
        actions.ask_swap(mine, of=account("clerk5"), by=actor("clerk4"), at=now())
        with pytest.raises(Refused, match="asked"):
            actions.ask_swap(mine, of=account("clerk6"), by=actor("clerk4"), at=now())

    def test_what_changed_meanwhile_is_not_swapped(self, place: ServicePoint) -> None:
        mine = put("clerk4", 1)
        swap = agreed(mine, None)
        put("clerk5", 1, "service-desk")
        with pytest.raises(Refused, match="rest_busy"):
            approve(swap)
        actions.drop(mine, by=actor("assistant"), at=now())
        swap.refresh_from_db()
        assert swap.state == "cancelled"

    def test_declined_leaves_the_roster(self, place: ServicePoint) -> None:
        mine = put("clerk4", 1)
        swap = actions.ask_swap(mine, of=account("clerk5"), by=actor("clerk4"), at=now())
        actions.answer_swap(swap, accept=False, by=actor("clerk5"), at=now())
        assert holder(mine) == "clerk4"
        actions.ask_swap(mine, of=account("clerk6"), by=actor("clerk4"), at=now())


def ask(who: str, first: int, last: int) -> Leave:
    return actions.ask_leave(
        ServicePoint.objects.get(pk="31019900101"), sort="annual", first=day(first),
        last=day(last), by=actor(who), at=now(),
    )  # fmt: skip


class TestLeave:
    def test_approved_leave_empties_the_roster_and_blocks_it(self, place: ServicePoint) -> None:
        put("clerk4", 1), put("clerk4", 2), put("clerk4", 4)
        asked = ask("clerk4", 2, 3)
        gone = actions.decide_leave(asked, approve=True, by=actor("director"), at=now())
        left = queries.own_duties(account("clerk4").pk, day(0), day(9))
        assert gone == 1
        assert [(d.day, d.sort) for d in left] == [
            (day(1), "post"), (day(2), "leave"), (day(4), "post"),
        ]  # fmt: skip
        with pytest.raises(Refused, match="rest_busy"):
            put("clerk4", 3)
        with pytest.raises(IntegrityError), transaction.atomic():
            old = Duty.objects.get(account=account("clerk4"), day=day(4))
            Duty.objects.filter(pk=old.pk).update(
                begins_at=old.begins_at - timedelta(days=1), ends_at=old.ends_at - timedelta(days=1)
            )

    def test_nobody_decides_about_the_own_leave(self, place: ServicePoint) -> None:
        asked = ask("director", 2, 3)
        with pytest.raises(Forbidden):
            actions.decide_leave(asked, approve=True, by=actor("director"), at=now())
        with pytest.raises(Forbidden):
            actions.decide_leave(asked, approve=True, by=actor("assistant"), at=now())
        actions.decide_leave(asked, approve=True, by=actor("deputydirector"), at=now())

    def test_cancelled_leave_gives_the_days_back(self, place: ServicePoint) -> None:
        asked = ask("clerk4", 2, 3)
        actions.decide_leave(asked, approve=True, by=actor("director"), at=now())
        with pytest.raises(Refused, match="overlap"):
            ask("clerk4", 3, 5)
        actions.cancel_leave(asked, by=actor("clerk4"), at=now())
        put("clerk4", 3)


class TestPages:
    def test_the_week_shows_names_gaps_and_my_own(
        self, place: ServicePoint, client: Client
    ) -> None:
        put("clerk4", 1)
        client.force_login(account("clerk4"))
        page = client.get("/desk/roster/").content.decode()
        assert "方砚秋" in page and "缺 1 人" in page and "roster-me" in page
        assert "自动补排空缺" not in page
        client.force_login(account("assistant"))
        assert "自动补排空缺" in client.get("/desk/roster/").content.decode()

    def test_a_whole_round_by_browser(self, place: ServicePoint, client: Client) -> None:
        client.force_login(account("assistant"))
        span = {"first": f"{day(0):%Y-%m-%d}", "last": f"{day(13):%Y-%m-%d}"}
        done = client.post(f"/desk/roster/{place.code}/draft/", span, follow=True)
        assert "还缺 0 个" in done.content.decode()
        duty = Duty.objects.filter(account=account("clerk4"), begins_at__gt=now()).order_by("day")[
            0
        ]
        client.force_login(account("clerk4"))
        assert client.get("/desk/my-roster/").status_code == 200
        free = next(
            name for name in ("clerk", "clerk5", "clerk6", "clerk7")
            if not Duty.objects.filter(account=account(name), day=duty.day).exists()
        )  # fmt: skip
        form = client.get(f"/desk/duties/{duty.pk}/swap/")
        assert form.status_code == 200
        empty = client.post(f"/desk/duties/{duty.pk}/swap/", {"of": ""})
        assert empty.status_code == 422 and "请选一位同事" in empty.content.decode()
        asked = client.post(f"/desk/duties/{duty.pk}/swap/", {"of": account(free).pk})
        assert asked.status_code in (302, 409)
        if asked.status_code == 409:
            assert "小时" in asked.content.decode() or "连续" in asked.content.decode()

    def test_print_spreadsheet_and_calendar_agree(
        self, place: ServicePoint, client: Client
    ) -> None:
        duty = put("clerk4", 1)
        client.force_login(account("clerk4"))
        assert "方砚秋" in client.get(f"/desk/roster/{place.code}/2026-11/").content.decode()
        rows = read(client.get(f"/desk/roster/{place.code}/2026-11.xlsx").content)[0]
        mine = [r for r in rows if "方砚秋" in r]
        assert len(mine) == 1 and mine[0][5:] == [2, "方砚秋", 1]
        text = client.get("/desk/my-roster/roster.ics").content.decode()
        assert f"UID:{duty.pk}@yimen" in text and "DTSTART:20261124T003000Z" in text

    def test_posts_and_contracts_by_role(self, place: ServicePoint, client: Client) -> None:
        for name, status in (("director", 200), ("assistant", 200), ("supervisor", 200),
                             ("clerk", 404), ("resident", 404)):  # fmt: skip
            client.force_login(account(name))
            assert client.get("/desk/staff/").status_code == status, name
        client.force_login(account("director"))
        page = client.get("/desk/staff/").content.decode()
        assert "快到期" in page and "续签" in page
        assert page.count("示例区公安分局(户籍)") >= 2, (
            "the household counter's own guide and payer"
        )
        client.force_login(account("assistant"))
        assert "续签" not in client.get("/desk/staff/").content.decode()
        assert client.get("/desk/staff/contracts/new/").status_code == 403

    def test_another_street_does_not_see_the_roster(
        self, place: ServicePoint, client: Client
    ) -> None:
        client.force_login(account("clerk3"))
        assert client.get(f"/desk/roster/{place.code}/2026-11/").status_code == 404
        assert f"place={place.code}" not in client.get("/desk/roster/").content.decode()

    def test_few_queries_however_many_duties(
        self, place: ServicePoint, client: Client, django_assert_max_num_queries: object
    ) -> None:
        actions.draft(place, first=day(0), last=day(60), by=actor("assistant"), at=now())
        client.force_login(account("clerk4"))
        client.get("/desk/roster/")
        with django_assert_max_num_queries(30):  # type: ignore[operator]
            client.get("/desk/roster/")
