"""From the ticket to the case and back: what came of a turn, and how long its parts took."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.cases.world import matter
from tests.cast import CENTRE, CENTRE_2, account, actor, party
from yimen.cases.models import Case
from yimen.counters import actions, queries
from yimen.intake.actions import send
from yimen.intake.models import Draft
from yimen.ledger.models import Entry
from yimen.ledger.verify import verify
from yimen.lib.actor import ANONYMOUS
from yimen.lib.numbering import pretty
from yimen.lib.time import at, now
from yimen.places.models import ServicePoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hall")]
WINDOW, LOW_INCOME = f"{CENTRE}02", "civil-affairs-001"


@pytest.fixture(autouse=True)
def low_income(hall: None) -> None:
    matter(LOW_INCOME)


def take(**what):
    return actions.take(ServicePoint.objects.get(pk=CENTRE), by=ANONYMOUS, at=now(), **what).ticket


def call(client):
    client.force_login(account("clerk"))
    page = reverse("counters:window", args=[WINDOW])
    for do in ("open", "next"):
        client.post(page, {"do": do, "current": ""})
    return page


def test_the_case_handed_in_stands_on_the_ticket_and_in_its_matter(client) -> None:
    ticket = take(person=party("resident"))
    page = call(client)
    client.post(page, {"do": "intake"})
    draft = Draft.objects.get(turn=ticket.pk)
    draft.answers = {**draft.answers, "matters": [LOW_INCOME]}
    draft.save()
    with at(now() + timedelta(minutes=9)):
        numbers = send(draft, by=actor("clerk"), at=now())
        ticket.refresh_from_db()
        assert ticket.case_numbers == numbers and ticket.matter_code == LOW_INCOME
        assert pretty(numbers[0]) in client.get(page).content.decode()
        client.post(page, {"do": "finish"})
        shown = client.get(reverse("counters:ticket", args=[ticket.pk])).content.decode()
    assert reverse("cases:detail", args=numbers) in shown
    said = Entry.objects.get(stream=ticket.stream, act="case").data
    assert numbers[0] in said
    assert verify().fault is None


def test_by_machine_a_case_names_its_ticket(client) -> None:
    ticket = take()
    call(client)
    body = {"matter": LOW_INCOME, "centre": CENTRE, "ticket": str(ticket.pk),
            "applicant": {"name": "赵秀珍", "id_type": "resident_id",
                          "id_number": "310199194703082048"}}  # fmt: skip
    made = client.post("/api/v1/cases", json.dumps(body), content_type="application/json")
    assert made.status_code == 201, made.content
    ticket.refresh_from_db()
    assert ticket.case_numbers == [made.json()["number"]]
    client.force_login(account("clerk2"))
    body["centre"] = CENTRE_2
    wrong = client.post("/api/v1/cases", json.dumps(body), content_type="application/json")
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "ticket"
    assert Case.objects.count() == 1, "a refused ticket takes the case with it"


def test_times_are_summed_when_the_ticket_ends() -> None:
    evening = now().replace(hour=16, minute=10)
    by = actor("clerk")
    with at(evening):
        actions.open_window(WINDOW, by=by, at=now())
        ticket = take()
        assert (ticket.told_low, ticket.told_high) == (0, 5)
    steps = [("call_next", 10), ("serve", 12), ("hold", 15), ("resume", 25), ("finish", 45)]
    for name, minute in steps:
        moment = evening + timedelta(minutes=minute)
        extra = [ticket.pk] if name == "resume" else []
        getattr(actions, name)(WINDOW, *extra, by=by, at=moment)
    ticket.refresh_from_db()
    # from 16:20 to 16:25 and from 16:35 to 16:55 at the window; the doors shut at 16:30
    assert (ticket.waited_s, ticket.window_s, ticket.overtime_s) == (600, 25 * 60, 20 * 60)
    assert ticket.first_called_at == evening + timedelta(minutes=10)
    pace = queries.observed_pace(CENTRE, evening + timedelta(hours=1))
    assert pace.mean_s > 8 * 60  # one observation moves the default a little


def test_nobody_knows_how_long_what_midnight_ended_took() -> None:
    ticket = take()
    actions.end_day(ticket.pk, by=actor("director"), at=now() + timedelta(days=1))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.waited_s, ticket.overtime_s) == ("left", None, None)
