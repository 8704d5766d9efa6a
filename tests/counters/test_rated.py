"""Whoever was served says how it was: on the tablet at the window, by the link of the ticket, for
machines; also when no case came of it. Once, by nobody else, and silence is never good (AFF-15)."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.urls import reverse

from tests.cast import CENTRE, account, actor
from yimen.counters import actions, rated
from yimen.counters.models import Ticket
from yimen.feedback.models import FollowUp, Rating
from yimen.ledger.models import Entry
from yimen.lib.actor import ANONYMOUS
from yimen.lib.time import at, now
from yimen.places.models import ServicePoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hall")]
WINDOW = f"{CENTRE}02"


def tablet() -> str:
    return reverse("counters:tablet", args=[WINDOW, rated.key_of(WINDOW)])


@pytest.fixture
def taken():
    """Somebody at window 2, being served."""
    by = actor("clerk")
    actions.open_window(WINDOW, by=by, at=now())
    found = actions.take(ServicePoint.objects.get(pk=CENTRE), by=ANONYMOUS, at=now())
    actions.call_next(WINDOW, by=by, at=now())
    return found


def serve(ticket: Ticket) -> None:
    actions.serve(WINDOW, by=actor("clerk"), at=now())


def token_on(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_the_tablet_offers_whoever_was_just_served_and_nobody_else(client, taken) -> None:
    assert 'name="level"' not in client.get(tablet()).content.decode()  # called, not yet served
    serve(taken.ticket)
    page = client.get(tablet()).content.decode()
    assert taken.ticket.number in page and page.count('name="level"') == 5
    actions.finish(WINDOW, by=actor("clerk"), at=now())
    assert 'name="level"' in client.get(tablet()).content.decode()
    with at(now() + timedelta(minutes=3)):
        assert 'name="level"' not in client.get(tablet()).content.decode()


def test_one_press_is_one_rating_of_the_centre(client, taken) -> None:
    serve(taken.ticket)
    sent = {"token": token_on(client.get(tablet()).content.decode()), "level": "2"}
    sent["reason"] = ["attitude", "dance"]
    assert "谢谢您的评价" in client.post(tablet(), sent).content.decode()
    rating = Rating.objects.get()
    assert (rating.subject, rating.level, rating.channel) == ("visit", 2, "device")
    assert rating.centre_id == CENTRE and rating.indicators == {"attitude": 2}
    assert FollowUp.objects.get().rating == rating  # a bad one is owed an answer
    assert client.post(tablet(), sent).status_code == 409
    assert Rating.objects.count() == 1
    assert 'name="level"' not in client.get(tablet()).content.decode()


def test_the_tablet_has_its_key_and_the_ticket_its_window(client, taken) -> None:
    serve(taken.ticket)
    token = token_on(client.get(tablet()).content.decode())
    wrong = reverse("counters:tablet", args=[WINDOW, rated.key_of(f"{CENTRE}03")])
    assert client.get(wrong).status_code == 404
    other = reverse("counters:tablet", args=[f"{CENTRE}03", rated.key_of(f"{CENTRE}03")])
    assert client.post(other, {"token": token, "level": "5"}).status_code == 409
    assert client.post(tablet(), {"token": token, "level": "6"}).status_code == 409
    late = time.time() + 360  # a seal goes by the machine's own clock
    with patch("django.core.signing.time.time", return_value=late):
        assert client.post(tablet(), {"token": token, "level": "5"}).status_code == 409
    assert not Rating.objects.exists()


def test_only_who_runs_the_hall_is_shown_the_key(client) -> None:
    for who, shown in (("clerk", False), ("director", True)):
        client.force_login(account(who))
        page = client.get(reverse("counters:windows")).content.decode()
        assert (rated.key_of(WINDOW) in page) is shown


def test_the_link_of_the_ticket_leads_to_the_rating(client, taken) -> None:
    link = reverse("counters:phone_rate", args=[taken.secret])
    assert client.get(link).status_code == 409  # not yet
    serve(taken.ticket)
    assert link in client.get(reverse("counters:phone", args=[taken.secret])).content.decode()
    sent = {"token": token_on(client.get(link).content.decode()), "level": "5"}
    assert "谢谢您的评价" in client.post(reverse("feedback:give"), sent).content.decode()
    assert Rating.objects.get().channel == "qr"
    assert "已经收到" in client.get(link).content.decode()
    assert client.get(reverse("counters:phone_rate", args=["x" * 22])).status_code == 404


def give(client, **body):
    return client.post("/api/v1/ratings", json.dumps(body), content_type="application/json")


def test_machines_rate_with_the_secret_and_an_account_only_carries(client, taken) -> None:
    serve(taken.ticket)
    client.force_login(account("clerk"))
    assert give(client, level=5).status_code == 404  # an account is no right to rate
    made = give(client, secret=taken.secret, level=1, reasons={"efficiency": 1}, channel="device")
    assert made.status_code == 201, made.content
    assert made.json()["bad"] and made.json()["answer_by"] and made.json()["subject"] == "visit"
    assert give(client, secret=taken.secret, level=5).status_code == 409
    entry = Entry.objects.get(stream=f"rating:{made.json()['id']}", act="rated")
    assert str(account("clerk").pk) not in json.dumps(
        [entry.data, str(entry.account), str(entry.power)]
    )


def test_a_cookie_that_came_along_signs_no_rating(client, taken) -> None:
    serve(taken.ticket)
    client.force_login(account("resident"))
    made = give(client, secret=taken.secret, level=4, named=True)
    assert made.status_code == 201
    entry = Entry.objects.get(stream=f"rating:{made.json()['id']}", act="rated")
    assert entry.account is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"level": 6}, "level"), ({"level": 5, "channel": "drum"}, "channel"),
     ({"level": 5, "reasons": {"skill": 9}}, "indicators"), ({}, "level")],
)  # fmt: skip
def test_what_is_wrong_is_told_by_field(client, taken, wrong, field) -> None:
    serve(taken.ticket)
    answer = give(client, secret=taken.secret, **wrong)
    assert answer.status_code == 422 and field in answer.content.decode()
    assert not Rating.objects.exists()


def test_who_said_nothing_counts_as_nothing(client, taken) -> None:
    serve(taken.ticket)
    actions.finish(WINDOW, by=actor("clerk"), at=now())
    from yimen.feedback.queries import visit_figures

    found = visit_figures(now() - timedelta(days=1), rated.served(now() - timedelta(days=1)))
    assert (found[CENTRE].finished, found[CENTRE].rated, found[CENTRE].unrated) == (1, 0, 1)
    assert found[CENTRE].satisfied == 0
    assert "窗口服务" in client.get(reverse("feedback:public")).content.decode()
