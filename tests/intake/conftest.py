"""Matters of three departments, and small steps of a visit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.cases.world import matter
from tests.cast import account
from yimen.intake.models import Draft
from yimen.lib.time import now
from yimen.matters import search
from yimen.matters.models import LifeEvent

# senior card (card centre), adaptation of the home (civil affairs, local), health insurance
CARD, HOME, INSURANCE = "social-card-006", "civil-affairs-012", "medical-insurance-001"
THREE = (CARD, INSURANCE, HOME)
RESIDENT = "310199198605204281"


@pytest.fixture
def matters(cast: None) -> Iterator[list[Any]]:
    """Three matters of three departments in force; the index of the search begins anew."""
    search._kept.clear()
    yield [matter(code) for code in THREE]
    search._kept.clear()


def load_events() -> None:
    """The shipped life events."""
    for n, row in enumerate(json.loads((settings.DATA / "life_events.json").read_text("utf-8"))):
        LifeEvent.objects.get_or_create(key=row["key"], defaults={"order": n, "content": row})


class Counter:
    """A clerk's page as a client sees it: every step posts the whole form."""

    def __init__(self, client: Client, username: str = "clerk") -> None:
        self.client = client
        client.force_login(account(username))
        self.pk: Any = None

    @property
    def address(self) -> str:
        return reverse("intake:sitting", args=[self.pk]) if self.pk else reverse("intake:counter")

    @property
    def draft(self) -> Draft:
        return Draft.objects.get(pk=self.pk)

    def post(self, **typed: Any) -> Any:
        names = {k.replace("__", "-"): v for k, v in typed.items()}
        answer = self.client.post(self.address, names)
        if self.pk is None:
            self.pk = Draft.objects.latest("created_at").pk
        return answer

    def do(self, do: str, **typed: Any) -> Any:
        return self.post(do=do, **typed)

    def begin(self, *codes: str, who: str = RESIDENT) -> Counter:
        self.post(who=who)
        for code in codes:
            self.post(what=code)
        return self

    def fill(self, **typed: Any) -> Any:
        """Answers by slot and papers by code, as the form names them."""
        return self.client.post(self.address, {"do": "next", **typed})

    def submit(self, anyway: bool = False) -> Any:
        return self.do("submit:anyway" if anyway else "submit")


ANSWERS = {"f-bank": "a", "f-old_card": "no"}


@pytest.fixture
def counter(matters: list[Any]) -> Callable[..., Counter]:
    return lambda username="clerk": Counter(Client(), username)


@pytest.fixture
def moment() -> Any:
    return now()
