"""Complaints against staff: answered in their term from above, and never handled by, shown to or
counted for the person complained of (GB/T 36113, AFF-15)."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import get_resolver
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import CENTRE, account, actor, body
from tests.supervision.conftest import MONDAY
from yimen.bodies import actions as bodies
from yimen.bodies.models import Seat
from yimen.ledger.models import Entry
from yimen.lib.actor import ANONYMOUS, Can, system
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import at
from yimen.notices.models import Message
from yimen.notices.queries import visible_to as messages_seen
from yimen.places.models import ServicePoint
from yimen.supervision import actions, complaints, ticks
from yimen.supervision.conflict import Named, conflicted, counts_for, may_handle
from yimen.supervision.models import Complaint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
SECRET = "三号窗口把我的病历念给后面的人听"
HANDLER = "office"  # of the cast; sits in the street office for these tests


@pytest.fixture
def office(monday: datetime) -> None:
    """Somebody at the street office handles complaints."""
    sure = {"by": system(), "at": monday}
    seat = bodies.create_seat(
        body("street-office"), "conduct", title="效能督办", powers=["head", "handle", "decide"],
        quota=3, **sure,
    )  # fmt: skip
    bodies.appoint(seat, account(HANDLER), valid_from=date(2026, 1, 1), **sure)


def centre(code: str = CENTRE) -> ServicePoint:
    return ServicePoint.objects.get(pk=code)


def file(by: Any = ANONYMOUS, when: datetime = MONDAY, **more: Any) -> Complaint:
    return actions.complain(centre(), text=SECRET, by=by, at=when, **more).complaint


people = st.builds(uuid4)
sets = st.frozensets(st.integers(0, 4).map(lambda n: UUID(int=n)), max_size=4)
one = st.none() | st.integers(0, 4).map(lambda n: UUID(int=n))


class TestRule:
    @given(one, sets, sets, st.integers(0, 4).map(lambda n: UUID(int=n)), sets, sets)
    def test_who_is_concerned_never_handles(
        self, who: Any, own: Any, working: Any, handling: Any, avoid: Any, accused: Any
    ) -> None:
        named = Named(avoid, accused)
        if may_handle(who, own | working, working, handling, named):
            assert who not in accused and not avoid & (own | working) and handling in working

    @given(one, sets, sets, st.booleans())
    def test_ones_own_is_never_counted(
        self, who: Any, avoid: Any, accused: Any, answered: bool
    ) -> None:
        named = Named(avoid, accused)
        if counts_for(who, named, answered=answered):
            assert who not in accused and (accused or answered)

    @given(sets, sets)
    def test_the_accused_is_concerned_wherever_they_sit(self, own: Any, avoid: Any) -> None:
        who = UUID(int=9)
        assert conflicted(who, own, Named(avoid, frozenset({who})))


class TestFiling:
    def test_goes_above_the_centre_and_is_due_in_five_working_days(self) -> None:
        made = file()
        assert made.body == body("street-office") and made.by_party is None
        assert made.due_at.date() == date(2026, 11, 23)
        assert set(made.avoid) >= {body("centre-31019900101").pk, body("bo-civil-affairs").pk}

    def test_the_matrix_may_name_another_office_and_its_reasons_are_kept(self) -> None:
        bodies.set_rule(
            "310199001", field="conduct", role="leads", body=body("section-services"),
            valid_from=date(2026, 1, 1), by=system(), at=MONDAY,
        )  # fmt: skip
        made = file()
        assert made.body == body("section-services") and made.routing[0]["code"] == "field"

    def test_the_matrix_naming_the_centre_itself_leads_above_it(self) -> None:
        bodies.set_rule(
            "310199001", field="conduct", role="leads", body=body("centre-31019900101"),
            valid_from=date(2026, 1, 1), by=system(), at=MONDAY,
        )  # fmt: skip
        made = file()
        assert made.body == body("street-office") and made.routing[0]["code"] == "excluded"

    def test_of_who_runs_the_centre_goes_past_every_office_they_sit_in(self) -> None:
        seat = Seat.objects.get(key="conduct")
        bodies.appoint(
            seat, account("director"), valid_from=date(2026, 1, 1), by=system(), at=MONDAY
        )
        made = file(leader=True)
        assert account("director").pk in made.accused and made.body == body("party-work-committee")

    def test_says_by_field_what_is_missing(self) -> None:
        with pytest.raises(Invalid) as wrong:
            actions.complain(
                centre(), text=" ", happened_on=date(2026, 12, 1), by=ANONYMOUS, at=MONDAY
            )
        assert {e.field for e in wrong.value.errors} == {"text", "happened_on"}

    def test_with_a_name_the_answer_is_told_without_one_it_is_looked_up(self) -> None:
        filed = actions.complain(centre(), text=SECRET, by=actor("resident"), at=MONDAY)
        by = actor(HANDLER)
        actions.answer_complaint(filed.complaint, outcome="upheld", text="抱歉", by=by, at=MONDAY)
        told = Message.objects.get(template="complaint.answered")
        assert told.to_party_id == actor("resident").party
        found = complaints.by_code(filed.complaint.number, filed.code)
        assert found is not None and found.answer == "抱歉"
        wrong = f"{(int(filed.code) + 1) % 10**6:06d}"
        assert complaints.by_code(filed.complaint.number, wrong) is None


class TestHandling:
    @pytest.mark.parametrize("who", ["director", "clerk", "officer", "editor", "resident", "admin"])
    def test_nobody_else_answers(self, who: str) -> None:
        with pytest.raises(Unseen):
            actions.answer_complaint(file(), outcome="not", text="无", by=actor(who), at=MONDAY)

    def test_who_watches_reads_and_does_not_act(self) -> None:
        made = file()
        for who in ("supervisor", "auditor"):
            assert complaints.visible_to(actor(who)).get() == made
            with pytest.raises(Forbidden):
                actions.answer_complaint(made, outcome="not", text="无", by=actor(who), at=MONDAY)

    def test_is_extended_once_by_the_head(self) -> None:
        made = actions.extend(file(), by=actor(HANDLER), at=MONDAY)
        assert made.due_at.date() == date(2026, 12, 7)
        with pytest.raises(Refused, match="extended"):
            actions.extend(made, by=actor(HANDLER), at=MONDAY)

    def test_a_late_one_is_told_once_a_day(self) -> None:
        file()
        late = MONDAY + timedelta(days=8)
        with at(late):
            assert [ticks.late(late), ticks.late(late)] == [1, 0]

    def test_the_database_refuses_an_answer_by_the_accused(self) -> None:
        made = actions.name_accused(file(), account("clerk"), by=actor(HANDLER), at=MONDAY)
        with pytest.raises(IntegrityError), transaction.atomic():
            Complaint.objects.filter(pk=made.pk).update(
                answered_at=MONDAY, answered_by=account("clerk"), outcome="not", answer="无"
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            Complaint.objects.filter(pk=made.pk).update(body=body("centre-31019900101"))

    def test_the_ledger_says_neither_what_nor_of_whom_nor_by_whom(self) -> None:
        made = file(actor("resident"))
        actions.name_accused(made, account("clerk"), by=actor(HANDLER), at=MONDAY)
        told = " ".join(e.data for e in Entry.objects.filter(stream=f"complaint:{made.pk}"))
        first = Entry.objects.filter(stream=f"complaint:{made.pk}").order_by("seq")[0]
        for secret in (SECRET, str(account("clerk").pk), str(actor("resident").party)):
            assert secret not in told
        assert str(account("resident").pk) not in str(first.__dict__)


def browser(who: str) -> Client:
    client = Client()
    client.force_login(account(who))
    return client


def plain_pages() -> list[str]:
    """Every address of the product that needs no argument."""
    found, stack = [], [("", get_resolver())]
    while stack:
        before, resolver = stack.pop()
        for p in resolver.url_patterns:
            path = before + str(p.pattern)
            if hasattr(p, "url_patterns"):
                stack.append((path, p))
            elif "<" not in path and "(" not in path:
                found.append("/" + path)
    return sorted(found)


class TestLeak:
    """Somebody complained of a clerk who by now also works in the very office that handles it."""

    @pytest.fixture
    def made(self) -> Complaint:
        filed = file(about="三号窗口")
        other = actions.complain(
            centre("31019900102"), text="别的事", by=ANONYMOUS, at=MONDAY
        ).complaint
        assert other.body == filed.body
        actions.name_accused(filed, account("editor_was_clerk"), by=actor(HANDLER), at=MONDAY)
        return filed

    @pytest.fixture(autouse=True)
    def moved(self, office: None) -> None:
        """The editor held a window until last week and sits in the street office now."""
        from yimen.people.actions import create_account

        create_account("editor_was_clerk", kind="staff", street="310199001", by=system(), at=MONDAY)
        window = Seat.objects.get(body=body("centre-31019900101"), key="window")
        give = {"account": account("editor_was_clerk"), "by": system(), "at": MONDAY}
        bodies.appoint(window, valid_from=date(2026, 1, 1), valid_until=date(2026, 11, 13), **give)
        bodies.appoint(Seat.objects.get(key="conduct"), valid_from=date(2026, 11, 14), **give)
        audit = bodies.create_seat(
            body("audit"), "second", title="审计", powers=["audit"], by=system(), at=MONDAY
        )
        bodies.appoint(audit, valid_from=date(2026, 11, 14), **give)

    def test_the_person_meets_404_everywhere_and_finds_nothing(self, made: Complaint) -> None:
        me = actor("editor_was_clerk")
        assert me.can(Can.AUDIT) and made.body_id in me.bodies(Can.HANDLE)
        client = browser("editor_was_clerk")
        address = f"/desk/complaints/{made.pk}/"
        assert client.get(address).status_code == 404
        for act in ("answer/", "accused/", "extend/"):
            sent = client.post(address + act, {"outcome": "not", "text": "无"})
            assert sent.status_code == 404, act
        assert made.pk not in complaints.visible_to(me).values_list("pk", flat=True)
        assert complaints.open_count(me) == 1  # the other centre's, which does not concern them
        page = client.get("/desk/complaints/").text
        assert made.number not in page and "T" in page

    def test_no_page_list_search_or_export_shows_it_to_those_concerned(
        self, made: Complaint
    ) -> None:
        words = (made.number, str(made.pk), SECRET, "三号窗口")
        for who in ("editor_was_clerk", "clerk", "director", "deputydirector", "head", "officer"):
            client, seen = browser(who), 0
            for path in [*plain_pages(), f"/desk/search/?q={made.number}"]:
                response = client.get(path)
                seen += response.status_code == 200
                if response.streaming:
                    continue
                found = re.sub(
                    r'(name|value)="[^"]*"', "", response.content.decode("utf-8", "replace")
                )
                assert not any(word in found for word in words), (who, path)
            assert seen > 20, who

    def test_messages_about_it_are_not_shown_to_who_manages_the_street(
        self, made: Complaint
    ) -> None:
        for who in ("director", "clerk"):
            assert not messages_seen(actor(who)).filter(about=made.number).exists()

    def test_the_machine_door_knows_no_complaints(self, made: Complaint) -> None:
        api = Client().get("/api/v1/openapi.json").text
        assert "complaint" not in api.lower()


class TestCounts:
    def test_the_director_reads_counts_without_the_own_and_the_unclear(self) -> None:
        director, by = actor("director"), actor(HANDLER)
        since = MONDAY - timedelta(days=365)
        unclear, clear, _own = file(), file(), file(leader=True)
        actions.name_accused(clear, account("clerk"), by=by, at=MONDAY)
        assert complaints.counted_for(director, since) == {"filed": 1, "answered": 0, "upheld": 0}
        actions.answer_complaint(unclear, outcome="upheld", text="抱歉", by=by, at=MONDAY)
        assert complaints.counted_for(director, since) == {"filed": 2, "answered": 1, "upheld": 1}
        assert complaints.counted_for(actor("clerk"), since) is None
        page = browser("director").get("/desk/complaints/")
        assert page.status_code == 200 and clear.number not in page.text
        assert browser("clerk").get("/desk/complaints/").status_code == 404


class TestPages:
    def test_anybody_complains_without_a_name_and_reads_the_answer(self) -> None:
        client = Client()
        sent = {"centre": CENTRE, "text": SECRET, "about": "三号窗口"}
        assert client.post("/complain/", sent | {"text": ""}).status_code == 422
        page = client.post("/complain/", sent, follow=True)
        made = Complaint.objects.get()
        assert made.number in page.text
        code = re.search(r"查询码 <strong>(\d{6})", page.text)
        assert code
        actions.answer_complaint(
            made, outcome="partly", text="已提醒", by=actor(HANDLER), at=MONDAY
        )
        look = {"number": made.number, "code": code[1]}
        assert "已提醒" in Client().post("/complain/answer/", look).text
        wrong = Client().post("/complain/answer/", look | {"code": "000000"})
        assert wrong.status_code == 404 or code[1] == "000000"

    def test_a_clerk_writes_one_down_and_sees_it_no_more(self) -> None:
        client = browser("clerk")
        page = client.post("/complain/", {"centre": CENTRE, "text": SECRET}, follow=True)
        made = Complaint.objects.get()
        assert made.channel == "counter" and made.number in page.text
        assert client.get(f"/desk/complaints/{made.pk}/").status_code == 404
        assert str(account("clerk").pk) not in str(
            Entry.objects.get(stream=f"complaint:{made.pk}").__dict__
        )

    def test_the_office_answers_on_its_page(self) -> None:
        made, client = file(), browser(HANDLER)
        page = f"/desk/complaints/{made.pk}/"
        assert SECRET in client.get(page).text
        named = {"accused": str(account("clerk").pk)}
        assert client.post(page + "accused/", named).status_code == 302
        empty = client.post(page + "answer/", {"outcome": "upheld", "text": ""})
        assert empty.status_code == client.post(page + "answer/").status_code == 422
        assert client.post(page + "accused/").status_code == 422
        sent = client.post(page + "answer/", {"outcome": "upheld", "text": "已提醒"})
        assert sent.status_code == 302 and "属实" in client.get(page).text

    def test_words_go_when_their_term_is_over(self) -> None:
        from yimen.supervision.actions.erasing import HOLDER

        made = actions.answer_complaint(
            file(actor("resident")), outcome="not", text="无", by=actor(HANDLER), at=MONDAY
        )
        later = MONDAY + timedelta(days=1)
        assert HOLDER.let_go("complaint", before=later, at=later, limit=9) == 1
        made.refresh_from_db()
        assert (made.text, made.answer, made.by_party, made.outcome) == ("", "", None, "not")
