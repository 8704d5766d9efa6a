"""Lists and the board look at a page's worth, or at what is open, never at all cases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.test_clock import licence
from tests.cases.world import MONDAY, do, hand_in
from tests.cast import actor
from tests.crowd import OPEN_EACH, gather, looked_at
from yimen.cases.filters import narrow
from yimen.cases.models import Case
from yimen.lib import time
from yimen.look import paging
from yimen.people.models import Party
from yimen.reports import queries as board

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MANY = 6000
NEWEST, URGENT = ("-received_at", "-id"), ("due_at", "id")


@pytest.fixture
def crowd() -> Any:
    with time.at(MONDAY):
        do(hand_in(version=licence()), "accept")
        hand_in(version=licence())
        gather(MANY)
        yield


def page(who: str, keys: tuple[str, ...], cursor: str | None = None, **chosen: str) -> paging.Page:
    found = narrow(actor(who), chosen, time.now())
    return paging.page(found, keys=keys, cursor=cursor, count=False)


@pytest.mark.parametrize("who", ["officer", "clerk", "director", "auditor"])
def test_a_list_looks_at_a_page_and_a_little(crowd: Any, who: str) -> None:
    """Whoever asks, first page and next: along an index, and no scope is sorted or gathered."""
    first = page(who, NEWEST)
    assert len(first.items) == 20 and first.next
    assert looked_at(lambda: page(who, NEWEST)) < MANY / 20
    assert looked_at(lambda: page(who, NEWEST, first.next)) < MANY / 20


@pytest.mark.parametrize("who", ["officer", "clerk", "director"])
def test_what_is_open_is_found_among_what_is_open(crowd: Any, who: str) -> None:
    still = MANY // OPEN_EACH
    assert Case.objects.exclude(stage="closed").count() >= still
    urgent = {"state": "open", "sort": "due"}
    assert len(page(who, URGENT, **urgent).items) == 20
    assert looked_at(lambda: page(who, URGENT, **urgent)) < 10 * still
    assert looked_at(lambda: page(who, NEWEST, state="open", light="red")) < 10 * still


def test_a_number_is_looked_up(crowd: Any) -> None:
    number = Case.objects.order_by("id").values_list("number", flat=True)[MANY // 2]
    assert looked_at(lambda: page("officer", NEWEST, q=number)) < 20


@pytest.mark.parametrize("who", ["officer", "clerk", "director"])
@pytest.mark.parametrize("text", ["没有这个人", "MZ-2026/404", "No such matter"])
def test_words_that_fit_nothing_are_not_looked_for_in_every_case(
    crowd: Any, who: str, text: str
) -> None:
    assert not page(who, NEWEST, q=text).items
    assert looked_at(lambda: page(who, NEWEST, q=text)) < MANY / 20


@pytest.mark.parametrize("who", ["clerk", "director"])
def test_somebodys_cases_are_looked_up(crowd: Any, who: str) -> None:
    oldest = Case.objects.order_by("received_at").first()
    Party.objects.filter(pk=oldest.applicant_id).update(name="欧阳难寻", name_key="ouyang")
    assert {case.applicant.name for case in page(who, NEWEST, q="欧阳难").items} == {"欧阳难寻"}
    assert looked_at(lambda: page(who, NEWEST, q="欧阳难")) < MANY / 4


@pytest.mark.parametrize("who", ["director", "head", "supervisor"])
def test_the_board_looks_at_what_is_open(crowd: Any, who: str) -> None:
    scope = board.Scope.of(actor(who), time.now())
    for ask in (board.totals, board.by_body, board.by_person):
        assert looked_at(lambda ask=ask: ask(scope)) < 15 * MANY // OPEN_EACH
