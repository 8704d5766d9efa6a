"""The plan of a simulated line: the hours and needs of the sample, every caller possible, a seed is a
night; and the seats it sits on hold on hours that were not used to choose them."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from yimen.config.simulation import calls
from yimen.config.simulation.calls import Span
from yimen.hotline import measures
from yimen.hotline.needs import tree

FOLDER = Path(settings.DATA) / "hotline"
KNOWN, SAMPLE = calls.facts(FOLDER), calls.profile(FOLDER)
spans = st.builds(Span, st.integers(0, 23).map(float), st.floats(0.2, 24))


def test_the_hours_are_those_of_the_sample() -> None:
    rows = list(csv.DictReader((FOLDER / "nyc311" / "requests.csv").open(encoding="utf-8")))
    ten = sum(row["created_date"][11:13] == "10" for row in rows)
    assert sum(SAMPLE.hours) == len(rows) == 1000 and SAMPLE.hours[10] == ten == max(SAMPLE.hours)
    peak = SAMPLE.expected(14 * 10)
    assert max(peak) == peak[10] == 140, "ten times a street's busiest hour"
    assert set(SAMPLE.needs) <= set(tree()) and sum(SAMPLE.needs.values()) > 900


@pytest.mark.parametrize(
    ("text", "begins", "lasts"),
    [("20-8", 20, 12), ("0-24", 0, 24), ("10:00-10:20", 10, 1 / 3), ("8-8", 8, 24)],
)
def test_hours_as_they_are_typed(text: str, begins: float, lasts: float) -> None:
    found = Span.read(text)
    assert found.begins_h == begins and found.lasts_h == pytest.approx(lasts)


@pytest.mark.parametrize("text", ["", "20", "a-b", "20-30", "8-"])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Span.read(text)


@given(spans)
def test_pieces_of_a_span_are_whole_and_in_their_hours(span: Span) -> None:
    pieces = span.slices()
    assert pieces[0][1] == 0 and pieces[-1][2] == pytest.approx(span.length_s)
    assert all(a[2] == b[1] for a, b in zip(pieces, pieces[1:], strict=False))
    for hour, begins, ends in pieces:
        assert 0 < ends - begins <= 3600 + 1e-6 and span.hour((begins + ends) / 2) == hour


@examples(max_examples=30)
@given(spans, st.floats(0.1, 12), st.integers(0, 99))
def test_everybody_who_calls_is_possible(span: Span, times: float, seed: int) -> None:
    found = calls.callers(KNOWN, SAMPLE, span, times, random.Random(seed))
    assert found == calls.callers(KNOWN, SAMPLE, span, times, random.Random(seed)), (
        "a seed is a night"
    )
    assert [c.no for c in found] == list(range(1, len(found) + 1))
    assert [c.calls_s for c in found] == sorted(c.calls_s for c in found)
    known = set()
    for one in found:
        assert 0 <= one.calls_s < span.length_s and one.need in tree()
        assert one.patience_s >= KNOWN["patience_s"]["least"] and one.talk_s > 0
        assert 1000 <= one.tail <= 9999 and one.again <= (one.tail in known)
        known.add(one.tail)
        if one.wants == "danger":
            assert tree()[one.need].sort == "emergency"
    others = calls.writers(KNOWN, SAMPLE, span, times, random.Random(seed))
    assert all(0 <= w.at_s < span.length_s and w.way in ("web", "sms") for w in others)


def test_a_day_at_ten_times_has_the_shape_and_the_mix_of_its_sources() -> None:
    day = Span.read("0-24")
    found = calls.callers(KNOWN, SAMPLE, day, 100, random.Random(3))
    wants = Counter(c.wants for c in found)
    assert 0.49 < wants["answered"] / len(found) < 0.54, "about half are answered at once"
    assert wants["event"] == 700 and len({c.place for c in found if c.wants == "event"}) == 1
    assert wants["urgent"] and wants["danger"] and wants["empty"]
    usual = [c for c in found if c.wants != "event"]
    at_ten = sum(10 * 3600 <= c.calls_s < 11 * 3600 for c in usual) / len(usual)
    assert 0.08 < at_ten < 0.11
    talk = [c.talk_s for c in usual if c.wants not in ("danger", "empty")]
    assert 143 < sum(talk) / len(talk) < 157
    assert not [c for c in calls.callers(KNOWN, SAMPLE, Span.read("0-8"), 10, random.Random(3))
                if c.wants == "event"]  # fmt: skip


def test_what_is_drawn_is_told_apart_by_its_seed_alone() -> None:
    span = Span.read("20-8")
    assert calls.callers(KNOWN, SAMPLE, span, 10, random.Random(1)) != calls.callers(
        KNOWN, SAMPLE, span, 10, random.Random(2)
    )


# -- seats: advised by the formula, held by days that nobody used to choose them -------------------


@examples(max_examples=12)
@given(st.lists(st.floats(1, 140), min_size=24, max_size=24), st.integers(0, 1000))
def test_advised_seats_hold_on_days_not_seen(expected: list[float], seed: int) -> None:
    """Days of another seed than those that chose the seats: over the whole day the share answered in
    time is kept, and no seat could be taken from the busiest hour."""
    service = KNOWN["talk_s"]["mean"] + KNOWN["after_s"]
    seats = calls.seats(KNOWN, expected, share=0.95, within_s=15, seed=seed)
    seen = measures.play(expected, seats, service, wait_s=15, seed=seed + 5000, runs=30)
    came = [expected[hour] for hour in seen]
    share = sum(seen[h] * n for h, n in zip(seen, came, strict=True)) / sum(came)
    assert share >= 0.93, (share, seats)
    busiest = max(range(24), key=lambda hour: expected[hour])
    fewer = [n - 2 if hour == busiest and n > 2 else n for hour, n in enumerate(seats)]
    if fewer != seats and expected[busiest] > 60:
        less = measures.play(expected, fewer, service, wait_s=15, seed=seed + 5000, runs=30)
        assert less[busiest] < seen[busiest]


def test_a_street_at_ten_times_its_calls() -> None:
    seats = calls.seats(KNOWN, SAMPLE.expected(140), share=0.95, within_s=15, seed=1)
    assert seats[10] == max(seats) in range(12, 16) and min(seats) >= 2
    usual = calls.seats(KNOWN, SAMPLE.expected(14), share=0.95, within_s=15, seed=1)
    assert max(usual) in (3, 4), "a street of 100,000 people has two or three seats and a margin"


def test_the_data_say_where_they_come_from() -> None:
    raw = json.loads((FOLDER / "calls.json").read_text(encoding="utf-8"))
    assert raw["peak"] == 14 and "nyc311" in raw["sources"]["hours, needs"]
    assert (FOLDER / "nyc311" / "SOURCES.md").is_file()
