"""Who may see what by time, as a pure rule; and the database agrees with it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yimen.lib.time import ZONE
from yimen.supervision import rules
from yimen.supervision.rules import Facts, Level, Sight, Stand

months = st.dates(date(2025, 1, 1), date(2030, 12, 31)).map(rules.month_of)
moments = st.datetimes(datetime(2024, 12, 1), datetime(2031, 2, 1), timezones=st.just(ZONE))
facts = st.builds(
    Facts,
    month=months,
    announced=st.booleans(),
    finished_at=st.none() | moments,
    cancelled=st.booleans(),
    settled=st.booleans(),
)


@given(facts, moments)
def test_before_the_month_is_over_no_sheet_and_no_unannounced_visit_is_seen(
    visit: Facts, at: datetime
) -> None:
    at = min(at, rules.month_ends(visit.month) - timedelta(microseconds=1))
    inside = rules.sight(Stand.INSIDE, visit, at)
    assert inside is (Sight.DATE if visit.announced else Sight.NOTHING)
    assert rules.sight(Stand.PUBLIC, visit, at) is Sight.NOTHING


@given(facts, moments)
def test_who_watches_sees_all_and_the_public_never_more_than_the_centre(
    visit: Facts, at: datetime
) -> None:
    watches, inside, public = (rules.sight(stand, visit, at) for stand in Stand)
    assert watches is Sight.ALL and public <= inside <= watches


@given(facts, moments, st.timedeltas(timedelta(0), timedelta(days=900)))
def test_what_was_seen_once_stays_seen(visit: Facts, at: datetime, later: timedelta) -> None:
    for stand in Stand:
        assert rules.sight(stand, visit, at + later) >= rules.sight(stand, visit, at)


@given(facts, moments)
def test_an_unfinished_or_called_off_sheet_is_never_shown(visit: Facts, at: datetime) -> None:
    if visit.finished_at is None or visit.cancelled:
        assert rules.sight(Stand.INSIDE, visit, at) < Sight.ALL
        assert rules.sight(Stand.PUBLIC, visit, at) is Sight.NOTHING


def test_the_month_ends_at_chinese_midnight() -> None:
    assert rules.month_ends(date(2026, 12, 1)) == datetime(2027, 1, 1, tzinfo=ZONE)
    assert rules.month_ends(date(2026, 2, 1)) == datetime(2026, 3, 1, tzinfo=ZONE)


@given(st.sampled_from(Level), st.integers(1, 100))
def test_points_follow_the_level(level: Level, out_of: int) -> None:
    got = rules.points(level, out_of)
    assert 0 <= got <= out_of and (got == out_of) is (level is Level.MET)


def test_what_could_not_be_seen_counts_neither_way() -> None:
    total = rules.total([("met", 6, 6), ("unseen", 0, 8), ("partly", 3, 6)])
    assert (total.points, total.out_of, total.percent) == (9, 12, 75)
    assert rules.total([("unseen", 0, 8)]).percent is None


def test_an_objection_is_once_and_in_time() -> None:
    shown = datetime(2026, 12, 1, tzinfo=ZONE)
    until = shown + timedelta(days=7)
    tries = {
        "hidden": (shown, until, False, shown - timedelta(seconds=1)),
        "before": (shown, until, True, shown),
        "late": (shown, until, False, until + timedelta(seconds=1)),
        "": (shown, until, False, until),
    }
    for why, (a, b, before, at) in tries.items():
        assert rules.may_object(a, b, before=before, at=at) == why
