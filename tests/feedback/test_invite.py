"""Whoever was served is asked how it was: once a contact, by a link nobody guesses, not after it
ended, not who said no (AFF-15)."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cases.world import do, hand_in
from tests.cast import account, actor
from tests.feedback.conftest import finished
from yimen.cases.models import Case
from yimen.contacts import actions as contacts
from yimen.feedback import actions, queries, ticks
from yimen.feedback.models import Channel, Invitation, Rating, Unasked
from yimen.ledger.models import Entry
from yimen.lib import time
from yimen.lib.actor import ANONYMOUS
from yimen.notices import links
from yimen.notices import queries as notices
from yimen.notices.models import Message
from yimen.people.models import Party

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quiet(monday: datetime) -> None:
    cache.clear()


def asked() -> Message:
    return Message.objects.get(template="rating.invite")


def link() -> str:
    text = notices.shown(asked(), keys=True).text
    found = re.search(r"https?://[^/]+(/rate/i/\S+/)", text)
    assert found, text
    return found[1]


def test_once_a_contact_and_with_a_link_that_works(client: Client, monday: datetime) -> None:
    d = finished()
    assert ticks.invitations(monday) == 1
    assert ticks.invitations(monday) == 0, "nobody is asked twice"
    assert asked().to_party_id == d.case.applicant_id
    page = client.get(link())
    assert page.status_code == 200 and 'name="level"' in page.content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode())
    assert token
    client.post("/rate/give/", {"token": token[1], "level": "2"})
    assert Rating.objects.get().channel == Channel.SMS
    again = client.get(link()).content.decode()
    assert 'name="level"' not in again and "待整改" in again


def test_no_page_and_no_row_holds_the_key(client: Client, monday: datetime) -> None:
    finished()
    ticks.invitations(monday)
    message, key = asked(), links.key_of(Invitation.objects.get().path)
    assert key not in json.dumps(message.facts)
    client.force_login(account("director"))
    page = client.get("/desk/outbox/").content.decode()
    assert Invitation.objects.get().code in page and key not in page
    entries = Entry.objects.filter(stream__startswith="invitation:")
    assert entries.count() == 1 and message.about in entries.get().stream
    assert message.facts["link"] not in entries.get().data


def test_a_link_that_was_guessed_leads_nowhere(client: Client, monday: datetime) -> None:
    finished()
    ticks.invitations(monday)
    code = Invitation.objects.get().code
    assert client.get(f"/rate/i/{code}/{links.key_of('rate/i/other')}/").status_code == 404
    assert client.get(f"/rate/i/nothere/{links.key_of('rate/i/nothere')}/").status_code == 404
    for _ in range(10):
        client.get(f"/rate/i/{code}/wrong/")
    assert client.get(link()).status_code == 429


def test_a_link_ends(client: Client, monday: datetime) -> None:
    finished()
    ticks.invitations(monday)
    with time.at(monday + timedelta(days=30)):
        late = client.get(link())
    assert late.status_code == 410 and "过期" in late.content.decode()


def test_who_wants_none_gets_none(client: Client, monday: datetime) -> None:
    finished()
    ticks.invitations(monday)
    where = link()
    assert client.post(where, {"do": "stop"}).status_code == 302
    assert "以后不会再邀请" in client.get(where).content.decode()
    assert 'name="level"' in client.get(where).content.decode(), "rating is still possible"
    finished()
    assert ticks.invitations(monday) == 0
    client.post(where, {"do": "again"})
    assert not Unasked.objects.exists() and ticks.invitations(monday) == 1


def test_staff_do_not_rate_by_a_link(client: Client, monday: datetime) -> None:
    finished()
    ticks.invitations(monday)
    client.force_login(account("officer"))
    assert client.get(link()).status_code == 403


def test_not_the_rated_nor_the_unfinished_nor_the_long_gone(monday: datetime) -> None:
    rated = queries.of_case(finished().case)
    actions.rate(rated, level=4, by=ANONYMOUS, at=monday)
    hand_in("civil-affairs-008", missing=True)
    assert ticks.invitations(monday) == 0
    finished()
    assert ticks.invitations(monday + timedelta(days=2, minutes=1)) == 0


def test_whoever_cannot_be_reached_gets_no_letter(monday: datetime) -> None:
    d = finished()
    Party.objects.filter(pk=d.case.applicant_id).update(
        phone_mask="", phone_sealed=None, phone_index=None
    )
    d.case.applicant.accounts.update(is_active=False, locked_at=monday)
    assert ticks.invitations(monday) == 0


def test_what_was_not_accepted_and_what_was_answered_too(monday: datetime) -> None:
    d = hand_in("civil-affairs-008")
    if d.case.stage == "received":
        do(d, "not_accept", reason="不属于本机关", direction="请到区民政局")
    question = contacts.ask(
        "几点开门？",
        by=actor("clerk"),
        at=monday,
        asker=Party.objects.get(pk=actor("resident").party),
    )
    contacts.answer(question.enquiry, "八点半", by=actor("clerk"), at=monday)
    ticks.invitations(monday)
    found = dict(Invitation.objects.values_list("subject", "ref"))
    assert found.get("enquiry") == question.enquiry.number
    assert found.get("case") == d.case.number


def test_the_receipt_leads_to_the_form(client: Client) -> None:
    d = finished()
    page = client.get("/rate/", {"number": d.case.enquiry_no}).content.decode()
    assert f'value="{d.case.enquiry_no}"' in page and f"/rate/?number={d.case.enquiry_no}" in page


def test_a_case_opened_again_says_why_it_cannot_be_rated(client: Client, monday: datetime) -> None:
    d = finished()
    ticks.invitations(monday)
    Case.objects.filter(pk=d.case.pk).update(stage="handling", ending="", closed_at=None,
                                             next_action_at=monday)  # fmt: skip
    early = client.get(link())
    assert early.status_code == 409 and "办结以后才能评价" in early.content.decode()
