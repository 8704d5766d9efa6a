"""What everybody may know: no small cell, no person, and roots that anybody can compare."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.browsing import client, get, said
from tests.cast import body
from yimen.ledger.models import Root
from yimen.ledger.roots import fold_roots
from yimen.lib import time
from yimen.reports.models import DailyFact
from yimen.reports.rules import FEWEST, hidden, mean, merged, percent, top_of

COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=12)


@given(COUNTS)
def test_no_small_cell_is_published_or_can_be_computed(counts: list[int]) -> None:
    secret = hidden(counts)
    assert all(flag or n == 0 or n >= FEWEST for n, flag in zip(counts, secret, strict=True))
    others = sum(n >= FEWEST for n in counts)
    assert sum(secret) != 1 or not others


@given(COUNTS)
def test_small_rows_are_published_together_and_never_alone(counts: list[int]) -> None:
    small = merged(counts)
    assert all(n >= FEWEST for place, n in enumerate(counts) if place not in small)
    if small and len(small) < len(counts):
        assert len(small) > 1
        assert sum(counts[place] for place in small) >= FEWEST


@given(st.lists(st.integers(0, 5000)))
def test_the_axis_ends_above_everything(values: list[int]) -> None:
    top = top_of(values)
    assert top >= max(values, default=0) and top % 4 == 0
    assert top <= 4 or top < 4 * max(values)


def test_shares_and_means() -> None:
    assert (percent(199, 200), percent(0, 0), mean(7, 2), mean(0, 0)) == (99, None, 3.5, None)


def fact(code: str, **counts: int) -> None:
    DailyFact.objects.create(
        street="310199001", day=date(2026, 3, 2), body=body(code), matter_code="x", **counts
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("cast")
def test_figures_by_department() -> None:
    fact("bo-tax", received=40, decided=30, on_time=27, handling_days=75)
    fact("bo-health", received=20, decided=12, on_time=12, handling_days=12)
    fact("bo-justice", received=3, decided=2, on_time=2, handling_days=4)
    fact("bo-housing", received=4, decided=0)
    with time.at("2026-03-20T10:00"):
        page = get(None, "/figures/")
        rows = {row["name"]: row for row in page.context["rows"]}
    assert page.status_code == 200
    assert page.context["all"]["received"] == 67
    assert rows["税务"]["on_time"] == 90 and rows["税务"]["mean"] == 2.5
    # justice and housing stand together; their seven are too few, so the next joins them
    assert set(rows) == {"税务", "其余部门合计"}
    assert rows["其余部门合计"]["received"] == 27


@pytest.mark.django_db
@pytest.mark.usefixtures("cast")
def test_the_first_days_publish_nothing() -> None:
    fact("bo-tax", received=6, decided=3)
    with time.at("2026-03-20T10:00"):
        page = get(None, "/figures/")
    assert "还没有可以公布的数字" in said(page) and ">6<" not in page.content.decode()


@pytest.mark.django_db
def test_roots_for_people_and_programs(cast: None) -> None:
    fold_roots()
    root = Root.objects.get(street="0")
    value = bytes(root.hash).hex()
    assert value in said(get(None, "/roots/")) and value in said(get(None, "/figures/"))
    answer = client(None).get("/api/v1/roots")
    assert answer.status_code == 200
    item = json.loads(answer.content)["items"][0]
    assert (item["number"], item["hash"], item["street"]) == (1, value, "0")
    street = json.loads(client(None).get("/api/v1/roots?street=310199001").content)["items"]
    assert [row["number"] for row in street] == [1]
    assert client(None).get("/api/v1/roots?cursor=nonsense").status_code == 422
