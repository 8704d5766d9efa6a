"""Codes, terms, scans and parcels: pure functions."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.clock.shipped import shipped_editions
from yimen.custody import rules
from yimen.custody.rules import Found
from yimen.lib.time import ZONE
from yimen.lib.workdays import merge

CALENDAR = merge(shipped_editions(), "", 0)
DIGITS = st.text("0123456789", min_size=1, max_size=20)


@given(DIGITS, st.data())
def test_a_wrong_digit_always_shows(body, data):
    whole = body + rules.check_digit(body)
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != whole[at]]))
    wrong = whole[:at] + other + whole[at + 1 :]
    assert rules.check_digit(wrong[:-1]) != wrong[-1]


def test_check_digit_of_the_standard():
    assert rules.check_digit("0794") == "5"  # the example of ISO 7064


@given(
    st.sampled_from([rules.PAPER, rules.TRANSFER]), st.sampled_from(["310199001", "310199002", "0"])
)
def test_codes_say_what_they_are(sort, street):
    code = rules.new_code(sort, street)
    assert len(code) == 16 and rules.sort_of_code(code) == sort
    assert rules.sort_of_code(f" {code[:4]}-{code[4:]} ") == sort


@given(st.text(max_size=30))
def test_other_texts_are_no_codes(text):
    if rules.sort_of_code(text):
        assert text[0] in "89" or not text[0].isascii() or text != text.strip()


def test_streets_cannot_give_the_same_code():
    assert rules.new_code("9", "310199001")[1:6] != rules.new_code("9", "310199002")[1:6]


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        ("2026-11-23 10:00", "2026-11-23 14:00"),
        ("2026-11-23 14:30", "2026-11-24 10:30"),  # over night
        ("2026-11-23 07:00", "2026-11-23 12:30"),  # before opening
        ("2026-11-27 15:30", "2026-11-30 11:30"),  # over a weekend
        ("2026-11-28 09:00", "2026-11-30 12:30"),  # on a Saturday, when centres are open
        ("2026-09-30 15:00", "2026-10-08 11:00"),  # over the National Day
    ],
)
def test_four_working_hours(sent, due):
    moments = [datetime.fromisoformat(text).replace(tzinfo=ZONE) for text in (sent, due)]
    assert rules.scan_due(moments[0], 4, CALENDAR) == moments[1]


@pytest.mark.parametrize(
    ("state", "holder", "heading", "parcel", "here", "means"),
    [
        ("in_transit", "a", "b", False, "b", Found.RECEIVED),
        ("in_transit", "a", "b", False, "a", Found.BACK),
        ("in_transit", "a", "b", False, "c", Found.ELSEWHERE),
        ("in_transit", "a", None, True, "a", Found.BY_PARCEL),
        ("held", "a", None, False, "a", Found.ALREADY),
        ("held", "a", None, False, "b", Found.UNANNOUNCED),
        ("lost", "a", None, False, "b", Found.LOST_FOUND),
    ],
)
def test_what_a_scan_means(state, holder, heading, parcel, here, means):
    found = rules.meaning(state=state, holder=holder, heading=heading, parcel=parcel, here=here)
    assert found is means


MOMENT = datetime(2026, 11, 23, 10, tzinfo=ZONE)
EVENTS = st.lists(
    st.builds(
        lambda state, hours: rules.event(state, MOMENT + timedelta(hours=hours)),
        st.sampled_from(rules.ORDER),
        st.integers(0, 9),
    ),
    max_size=8,
)


@given(EVENTS, st.randoms())
def test_the_order_of_reports_is_irrelevant(events, random):
    mixed = list(events)
    random.shuffle(mixed)
    assert rules.parcel_state(mixed) == rules.parcel_state(events)


@given(EVENTS)
def test_what_is_delivered_stays_delivered(events):
    delivered = rules.event("delivered", MOMENT - timedelta(hours=1))
    assert rules.parcel_state([*events, delivered]) == "delivered"


def test_demonstration_arrives_after_a_day():
    assert rules.demonstration_events(MOMENT, MOMENT) == []
    states = [e.state for e in rules.demonstration_events(MOMENT, MOMENT + timedelta(days=2))]
    assert states == ["picked_up", "in_transit", "delivered"]
