"""What a draft holds is sealed at rest, and a secret answer comes back as a mask."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.cases.browsing import LOW_INCOME
from tests.cases.world import matter
from tests.cast import account
from yimen.cases import secrets
from yimen.cases.models import Case
from yimen.intake.models import Draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
NUMBER, MASK = "6222021001112223334", "6222***********3334"


@pytest.fixture
def browser() -> Client:
    matter(LOW_INCOME)
    client = Client()
    client.force_login(account("resident2"))
    client.post(reverse("intake:apply", args=[LOW_INCOME]), {"whom": "self"})
    return client


def step(client: Client, name: str, **typed: Any) -> Any:
    return client.post(reverse(f"intake:{name}", args=[Draft.objects.get().pk]), typed)


def kept() -> str:
    return str(Draft.objects.get().answers["facts"].get("bank_account"))


def test_typed_once_kept_sealed_shown_masked_and_sent_whole(browser: Client) -> None:
    step(browser, "answers", **{"f-bank_account": NUMBER, "do": "save"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM intake_draft")
        raw = cursor.fetchone()[0]
    assert raw.startswith("y1:") and NUMBER not in raw
    page = browser.get(reverse("intake:answers", args=[Draft.objects.get().pk])).content.decode()
    assert MASK in page and NUMBER not in page
    step(browser, "answers", **{"f-bank_account": MASK, "f-members": "2", "do": "save"})
    assert kept() == NUMBER, "leaving the mask leaves the answer"
    review = browser.get(reverse("intake:review", args=[Draft.objects.get().pk])).content.decode()
    assert MASK in review and NUMBER not in review
    step(browser, "review")
    case = Case.objects.get()
    assert case.facts["bank_account"] == MASK
    assert secrets.opened(case.pk, case.secrets) == {"bank_account": NUMBER}
    assert "facts" not in Draft.objects.get().answers


def test_another_number_replaces_it_and_an_empty_box_takes_it_away(browser: Client) -> None:
    step(browser, "answers", **{"f-bank_account": NUMBER, "do": "save"})
    step(browser, "answers", **{"f-bank_account": "6217 0000 1111 2222", "do": "save"})
    assert kept() == "6217 0000 1111 2222"
    step(browser, "answers", **{"f-bank_account": "", "do": "save"})
    assert kept() == ""
