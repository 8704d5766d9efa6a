"""Five levels, silence apart, few not shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from yimen.feedback import rules
from yimen.feedback.rules import Figures

levels = st.dictionaries(st.integers(1, 5), st.integers(0, 60), max_size=5)
figures = st.builds(
    Figures, levels, finished=st.integers(0, 400), solved_yes=st.integers(0, 9),
    solved_answered=st.integers(9, 60), mistaken=st.integers(0, 5),
)  # fmt: skip


def test_the_last_two_levels_are_bad() -> None:
    assert [rules.is_bad(n) for n in (1, 2, 3, 4, 5)] == [True, True, False, False, False]


@given(figures)
def test_silence_is_never_satisfaction(f: Figures) -> None:
    louder = Figures(f.levels, f.finished + 1000, f.solved_yes, f.solved_answered, f.mistaken)
    assert louder.satisfied_percent == f.satisfied_percent
    assert louder.unrated >= f.unrated


@given(figures)
def test_few_ratings_are_not_shown(f: Figures) -> None:
    assert (f.satisfied_percent is None) == (f.rated < 10)
    if f.rated < 10:
        assert f.solved_percent is None


@given(figures)
def test_a_share_is_a_share_and_never_rounded_up(f: Figures) -> None:
    if f.satisfied_percent is not None:
        assert 0 <= f.satisfied_percent <= 100
        assert f.satisfied_percent * f.rated <= f.satisfied * 100
        assert (f.satisfied_percent == 100) == (f.satisfied == f.rated)


@given(figures, figures)
def test_rows_add_up(one: Figures, other: Figures) -> None:
    both = rules.add(one, other)
    assert both.rated == one.rated + other.rated
    assert both.finished == one.finished + other.finished


def test_what_can_be_rated() -> None:
    assert rules.can_be_rated(stage="closed", ending="completed")
    assert rules.can_be_rated(stage="closed", ending="not_accepted")
    assert not rules.can_be_rated(stage="closed", ending="moved")
    assert not rules.can_be_rated(stage="handling", ending="")


@given(st.booleans(), st.booleans())
def test_once_more_after_the_fix_and_only_once(fixed: bool, again: bool) -> None:
    assert rules.may_rate_again(fixed=fixed, again=again) == (fixed and not again)
