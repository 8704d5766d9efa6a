"""The map of requests: squares of fewer than ten are blank, what concerns a person is never on it,
streets come out of an OSM file, everybody sees past months only. And what keeps coming back."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.world import matter
from tests.cast import STREET, account, actor, party
from tests.hotline.test_line import take
from yimen.hotline import actions, published, queries
from yimen.hotline.cells import BANDS, FEWEST, Cell, band_text, cells, letters, ordered
from yimen.hotline.drawing import months
from yimen.hotline.models import HelpRequest, RecurringLook
from yimen.ledger.models import Entry
from yimen.lib.errors import Forbidden, Invalid, Unseen
from yimen.lib.time import ZONE, at, now
from yimen.places import osm
from yimen.places.ground import ground, points

MAY = datetime(2026, 5, 12, 9, 0, tzinfo=ZONE)
PLACES = [f"{STREET}00{n}" for n in range(1, 9)]
spots = st.dictionaries(
    st.sampled_from(PLACES), st.tuples(st.integers(-500, 2500), st.integers(-500, 2500))
)
numbers = st.dictionaries(st.sampled_from(PLACES), st.integers(0, 60))


@given(counts=numbers, where=spots, size=st.integers(50, 900))
def test_a_square_of_fewer_than_ten_is_blank(counts, where, size) -> None:
    found = cells(counts, where, size)
    assert sorted(p for c in found for p in c.places) == sorted(where), "each place in one square"
    for cell in found:
        total = sum(counts.get(place, 0) for place in cell.places)
        assert cell.count == (total if total >= FEWEST else 0)
        assert (cell.band == 0) == (total < FEWEST)
    assert cells({}, where, size) == [Cell(c.column, c.row, 0, c.places) for c in found]
    assert {c.name for c in ordered(found, "count")} == {c.name for c in found}


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_letters_are_names_of_columns(one: int, other: int) -> None:
    assert (letters(one) == letters(other)) == (one == other)
    assert letters(0) == "A" and letters(25) == "Z" and letters(26) == "AA"


def test_numbers_are_told_by_steps() -> None:
    assert [band_text(n) for n in range(5)] == ["<10", "10–19", "20–49", "50–99", "100+"]
    assert [Cell(0, 0, n, ()).band for n in (0, 10, 19, 20, 100)] == [0, 1, 1, 2, 4]
    assert BANDS[0] == FEWEST


lines = st.lists(st.tuples(st.floats(121.4, 121.5), st.floats(31.2, 31.3)), min_size=2, max_size=30)


@given(lines)
def test_a_simplified_road_keeps_its_ends_and_misses_no_bend(line) -> None:
    short = osm.simplify(line)
    assert (short[0], short[-1]) == (line[0], line[-1]) and set(short) <= set(line)
    for point in line:
        off = min(osm._off(point, a, b) for a, b in zip(short, short[1:], strict=False))
        assert off <= osm.TOLERANCE + 0.01


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=6), max_size=8))
def test_each_stretch_is_drawn_once(ways) -> None:
    def stretches(some):
        return [
            frozenset(pair)
            for line in some
            for pair in zip(line, line[1:], strict=False)
            if pair[0] != pair[1]
        ]

    drawn = stretches(osm.joined(ways))
    assert len(drawn) == len(set(drawn)) and set(drawn) == set(stretches(ways))


OSM = """<osm><bounds minlon="121.46" minlat="31.22" maxlon="121.48" maxlat="31.24"/>
<node id="1" lon="121.461" lat="31.221"/><node id="2" lon="121.465" lat="31.225"/>
<node id="3" lon="121.470" lat="31.221"/>
<way><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
<way><nd ref="3"/><nd ref="2"/><nd ref="1"/><tag k="highway" v="residential"/></way>
<way><nd ref="1"/><nd ref="3"/><tag k="highway" v="trunk"/></way>
<way><nd ref="1"/><nd ref="3"/><tag k="highway" v="primary"/><tag k="tunnel" v="yes"/></way></osm>"""


def test_streets_come_out_of_an_osm_file(tmp_path: Path, settings) -> None:
    source = tmp_path / "some.osm"
    source.write_text(OSM, encoding="utf-8")
    settings.YIMEN_STREETS = str(tmp_path / "streets.json")
    assert osm.load(source) == 1
    kept = json.loads((tmp_path / "streets.json").read_text(encoding="utf-8"))
    assert kept["roads"] == {"1": [[12146100, 3122100, 400, 400, 500, -400]]}
    assert "OpenStreetMap" in kept["source"] and "odbl" in kept["licence"]
    for wrong in ("<osm/>", "<!DOCTYPE osm><osm/>"):
        source.write_text(wrong, encoding="utf-8")
        with pytest.raises(ValueError, match="OSM"):
            osm.load(source)


def test_the_shipped_ground_is_small_and_holds_every_point() -> None:
    land = ground()
    assert sum(len(path) for path in land.roads.values()) < 40_000
    for lon, lat in points().values():
        x, y = land.place(lon, lat)
        assert 0 < x < land.width and 0 < y < land.height
    assert "OpenStreetMap" in land.source


def test_months_run_backwards_over_the_year() -> None:
    assert months(date(2026, 2, 28), 3) == [date(2026, 2, 1), date(2026, 1, 1), date(2025, 12, 1)]


@pytest.fixture
def line(cast):
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MAY):
        yield


def many(count: int, need: str = "repair.water", place: str = PLACES[0], **more) -> None:
    for _n in range(count):
        take(need, place=place, party=party("resident").pk, **more)


def page(who: str | None, path: str) -> str:
    client = Client()
    if who:
        client.force_login(account(who))
    return client.get(path).content.decode()


@pytest.mark.django_db
def test_what_concerns_a_person_is_never_on_the_map(line) -> None:
    for need in ("danger.ill", "danger.crime", "care.doctor", "complaint.service", "quarrel"):
        many(1, need)
    many(1, secret=True)
    many(2)
    everything = published.requests()
    today = MAY.date()
    assert HelpRequest.objects.count() == 8
    assert queries.by_place(everything, today, today) == {PLACES[0]: 2}


@pytest.mark.django_db
def test_a_square_appears_with_its_tenth_request(line, django_assert_num_queries) -> None:
    many(9)
    assert 'line-map__cell--1" x' not in page("director", "/desk/line/map/")
    many(1)
    shown = page("director", "/desk/line/map/")
    assert shown.count("line-map__figures") == 1 and ">10</td>" in shown
    assert "openstreetmap.org/copyright" in shown and "不满十件" in shown
    assert len(shown) < 120_000
    for nothing in ("?need=repair.light", "?state=past", "?month=2026-04"):
        assert "line-map__figures" not in page("director", f"/desk/line/map/{nothing}")
    assert "line-map__figures" in page(
        "director", "/desk/line/map/?need=repair&state=open&sort=cell"
    )
    with django_assert_num_queries(1):
        queries.by_place(published.requests(), MAY.date(), MAY.date(), "repair", "open")


@pytest.mark.django_db
def test_everybody_sees_months_that_are_over_and_no_exact_number(line) -> None:
    many(12)
    assert "line-map__figures" not in page(None, "/help/map/")
    with at(MAY + timedelta(days=31)):
        shown = page(None, "/help/map/")
        assert shown.count("line-map__figures") == 1 and "10–19" in shown and ">12<" not in shown
        assert "line-map__figures" in page(None, "/help/map/?month=2026-05")
        assert "line-map__figures" not in page(None, "/help/map/?month=2026-04")
        assert "line-map__figures" not in page(None, f"/help/map/?street={STREET[:8]}2")


@pytest.mark.django_db
def test_what_keeps_coming_back_at_a_place(line) -> None:
    many(3, "street.light")
    many(3, "care.meal")
    many(2, "street.road")
    first = HelpRequest.objects.filter(need="street.road").first()
    many(4, "street.road", same_as=first.pk)
    found = queries.recurring(actor("director"), now(), date(2026, 1, 1))
    assert [(r.need, r.place, r.times) for r in found] == [("street.light", PLACES[0], 3)]
    assert found[0].months == {date(2026, 5, 1): 3}
    with at(MAY + timedelta(days=91)):
        assert queries.recurring(actor("director"), now(), date(2026, 1, 1)) == []
    assert queries.recurring(actor("officer"), now(), date(2026, 1, 1)) == []


@pytest.mark.django_db
def test_looked_into_with_a_note(line) -> None:
    many(3, "street.light")
    pair = ("street.light", PLACES[0])
    with pytest.raises(Invalid):
        actions.look_into(*pair, " ", by=actor("clerk"), at=now())
    with pytest.raises(Unseen):
        actions.look_into("street.road", PLACES[0], "没有", by=actor("clerk"), at=now())
    with pytest.raises(Forbidden):
        actions.look_into(*pair, "灯杆老化", by=actor("supervisor"), at=now())
    made = actions.look_into(*pair, "灯杆老化", by=actor("clerk"), at=now())
    assert "灯杆" not in str(Entry.objects.get(stream=f"recurring:{made.pk}").data)
    client = Client()
    client.force_login(account("clerk"))
    one = f"/desk/line/recurring/requests/?need=street.light&place={PLACES[0]}"
    assert "灯杆老化" in client.get(one).content.decode()
    assert client.get(one.replace("light", "road")).status_code == 404
    sent = {"need": pair[0], "place": pair[1], "note": ""}
    assert client.post("/desk/line/recurring/looked/", sent).status_code == 422
    assert client.post("/desk/line/recurring/looked/", sent | {"note": "已报修"}).status_code == 302
    listed = client.get("/desk/line/recurring/").content.decode()
    assert "已报修" in listed and "2026-05" in listed
    assert RecurringLook.objects.count() == 2
    assert settings.YIMEN_RECURRING["times"] == 3


@pytest.mark.django_db
def test_outsiders_find_no_map_of_the_desk(line) -> None:
    for who in ("officer", "resident", "editor"):
        client = Client()
        client.force_login(account(who))
        for path in ("map/", "recurring/", "recurring.csv"):
            assert client.get(f"/desk/line/{path}").status_code == 404, (who, path)
