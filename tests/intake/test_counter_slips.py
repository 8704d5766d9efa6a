"""Slips of the keys at the counter: nothing wrong is taken in, and the way back is short."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse

from tests.intake.conftest import ANSWERS, CARD, Counter
from tests.intake.test_counter import number_of
from yimen.matters import search

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast", "matters")]
Make = Callable[..., Counter]


def test_a_slip_of_the_keys_leads_back_to_the_search(counter: Make) -> None:
    desk = counter()
    number = number_of("19900101")
    registering = desk.post(who=number).content.decode()
    assert 'value="again"' in registering and 'name="who"' not in registering
    back = desk.do("again", new__id_number=number, new__purpose="present").content.decode()
    assert f'name="who" value="{number}"' in back and 'name="new-name"' not in back


def test_an_empty_name_is_not_another_name(counter: Make) -> None:
    desk = counter()
    page = desk.do("register", new__name="", new__id_type="resident_id", new__id_number="")
    assert page.status_code == 422 and "姓名不一致" not in page.content.decode()


def test_a_visit_laid_aside_says_whose_it_is(counter: Make) -> None:
    first = counter().begin(CARD)
    page = counter().client.get(reverse("intake:counter")).content.decode()
    at = page.index(reverse("intake:sitting", args=[first.pk]))
    assert "林晓棠" in page[at : at + 200]


def test_words_that_fit_nothing_add_nothing(counter: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is only near in meaning is offered; Enter never takes it."""
    near = {0: 0.9, 1: 0.88}
    monkeypatch.setattr(search.Index, "by_meaning", lambda self, question: near)
    desk = counter().begin()
    page = desk.post(what="xyzz")
    assert page.status_code == 422 and desk.draft.answers["matters"] == []
    assert "意思相近的" in page.content.decode()
    offered = re.findall(r'value="add:([^"]+)"', page.content.decode())
    desk.do(f"add:{offered[0]}")
    assert desk.draft.answers["matters"] == [offered[0]]


def test_the_summary_says_which_box(counter: Make) -> None:
    desk = counter().begin(CARD)
    later = {"m-power-of-attorney": "l", "d-power-of-attorney": "tomorrow"}
    page = desk.do("submit", **ANSWERS, **later).content.decode()
    summary = page[page.index("govuk-error-summary") :]
    assert "委托书：请按" in summary[: summary.index("</ul>")]
