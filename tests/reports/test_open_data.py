"""Requests for help as open data: coarse where few, nothing of persons, streamed."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.world import matter
from tests.cast import STREET, actor, party
from yimen.cases.models import Case
from yimen.hotline import actions
from yimen.hotline.actions import Taken
from yimen.hotline.models import HelpRequest
from yimen.lib.time import ZONE, at, now
from yimen.reports import open_data
from yimen.reports.coarse import cells
from yimen.reports.rules import FEWEST

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
MARCH, APRIL = date(2026, 3, 1), datetime(2026, 4, 7, 9, 0, tzinfo=ZONE)
SAID = "厨房水龙头关不上，门口密码八八"
PLACES = [f"{STREET}00{n}" for n in range(1, 5)] + [STREET, "310199002001"]
NEEDS = ["street", "street.light", "street.road", "repair.water", "repair.lock"]


# --- how fine, pure -------------------------------------------------------------------------------


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(PLACES), st.sampled_from(NEEDS)), st.integers(1, 40), max_size=20
    )
)
def test_every_published_cell_has_ten_or_more(counts) -> None:
    told = cells(counts)
    assert set(told) == set(counts)
    sizes: Counter = Counter()
    for cell, label in told.items():
        if label is None:
            continue
        sizes[label] += counts[cell]
        assert cell[0].startswith(label[0]) and cell[1].startswith(label[1]), "only ever coarser"
    assert all(n >= FEWEST for n in sizes.values())
    left = sum(counts[cell] for cell, label in told.items() if label is None)
    assert left < FEWEST, "no more is left out than must be"


@given(st.dictionaries(st.sampled_from(PLACES[:4]), st.integers(1, 40), min_size=1, max_size=4))
def test_no_single_small_committee_is_given_away_by_the_rest(counts) -> None:
    told = cells({(place, "street.light"): n for place, n in counts.items()})
    coarse = [cell for cell, label in told.items() if label and label != cell]
    assert len(coarse) != 1


def test_large_stays_fine_small_goes_to_the_street_then_to_the_branch() -> None:
    one, two, three = PLACES[:3]
    told = cells({
        (one, "street.light"): 30, (two, "street.light"): 12, (three, "street.light"): 2,
        (one, "repair.water"): 6, (one, "repair.lock"): 5,
    })  # fmt: skip
    assert told[one, "street.light"] == (one, "street.light")
    assert told[two, "street.light"] == told[three, "street.light"] == (STREET, "street.light")
    assert told[one, "repair.water"] == told[one, "repair.lock"] == (STREET, "repair")
    assert cells({(one, "street"): 9}) == {(one, "street"): None}


def test_only_months_that_are_over() -> None:
    assert open_data.months(date(2026, 3, 31), 3) == [
        date(2026, 2, 1),
        date(2026, 1, 1),
        date(2025, 12, 1),
    ]


# --- files ----------------------------------------------------------------------------------------


def take(need: str = "repair.water", place: str = PLACES[0], **more) -> HelpRequest:
    facts = {
        "what": SAID,
        "where": "梧桐路 1 弄 2 号",
        "place": place,
        "party": party("resident").pk,
    }
    d = actions.take(Taken(need, **facts | more), by=actor("clerk"), at=now())
    return HelpRequest.objects.get(case=d.case)


def copies(row: HelpRequest, count: int, **changes) -> None:
    """More of the same, without walking the engine for each."""
    case, made = row.case, []
    for _n in range(count):
        case_values = {f.attname: getattr(case, f.attname) for f in Case._meta.concrete_fields}
        code = uuid4().hex[:8]
        other = Case(
            **case_values | {"id": uuid4(), "number": uuid4().hex[:26], "enquiry_no": code}
        )
        values = {f.attname: getattr(row, f.attname) for f in HelpRequest._meta.concrete_fields}
        made.append((other, HelpRequest(**values | {"id": uuid4(), "case_id": other.pk} | changes)))
    Case.objects.bulk_create([c for c, _r in made])
    HelpRequest.objects.bulk_create([r for _c, r in made])


@pytest.fixture
def march(db, cast):
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        yield take()


def fetch(end: str, **query: str) -> bytes:
    with at(APRIL):
        response = Client().get(f"/open-data/requests.{end}", query)
        assert response.status_code == 200 and response.streaming
        return b"".join(response.streaming_content)


def test_both_files_say_the_same_and_nothing_of_persons(march) -> None:
    copies(march, 11)
    copies(take("street.light"), 3)
    take("care.doctor")
    take(secret=True)
    take("complaint.service")
    raw = fetch("csv", month="2026-03")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    told = json.loads(fetch("json"))
    assert [list(map(str, r.values())) for r in told["requests"]] == [
        [v if k != "days" else v or "None" for k, v in r.items()] for r in rows
    ]
    assert told["month"] == "2026-03" and told["licence"] and len(rows) == 12
    assert {(r["place"], r["need"], r["status"]) for r in rows} == {
        (PLACES[0], "repair.water", "open")
    }, "four lights are too few, and too few with nothing else"
    for secret in (SAID, "梧桐路", march.case.number, str(march.pk), "2026-03-02"):
        assert secret not in raw.decode()


def test_days_and_time_are_told_of_closed_ones(march) -> None:
    HelpRequest.objects.filter(pk=march.pk).update(contacted_in_time=False)
    march.refresh_from_db()
    copies(march, 10)
    Case.objects.filter(pk=march.case_id).update(
        stage="closed", ending="completed", closed_at=MONDAY + timedelta(days=2, hours=3)
    )
    rows = json.loads(fetch("json"))["requests"]
    closed = [r for r in rows if r["status"] == "closed"]
    assert [(r["days"], r["contacted_in_time"]) for r in closed] == [(2, "no")]
    assert {r["days"] for r in rows if r["status"] == "open"} == {None}


def test_the_number_of_queries_does_not_grow(march, django_assert_max_num_queries) -> None:
    copies(march, 30)
    with at(APRIL), django_assert_max_num_queries(4):
        assert len(list(open_data.rows(MARCH))) == 31


def test_a_month_that_runs_or_never_was_is_not_there(march) -> None:
    with at(APRIL):
        for month in ("2026-04", "2027-01", "march", "2026-13", "0001-01"):
            assert Client().get("/open-data/requests.csv", {"month": month}).status_code == 404


def test_too_many_downloads_are_slowed(march) -> None:
    with at(APRIL):
        codes = [Client().get("/open-data/requests.csv").status_code for _n in range(21)]
    assert codes[:20] == [200] * 20 and codes[20] == 429


def test_the_page_explains(march, settings) -> None:
    settings.YIMEN_OPEN_DATA_LICENCE = "某某许可"
    with at(APRIL):
        page = Client().get("/open-data/").content.decode()
    assert "某某许可" in page and "/open-data/requests.csv?month=2026-03" in page
    assert all(name in page for name in open_data.COLUMNS)
