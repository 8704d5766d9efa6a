"""What an operator may choose is checked when the program starts, in a sentence."""

from __future__ import annotations

import pytest

from yimen.config import options


@pytest.mark.parametrize(
    "said", ["[20, 8]", "[8, 8]", "[8]", "[-1, 8]", "[8, 25]", '"8-20"', "[8.5, 20]"]
)
def test_a_part_of_the_day_that_is_none_is_named(said: str, monkeypatch) -> None:
    monkeypatch.setenv("YIMEN_CALL_BACK_HOURS", said)
    with pytest.raises(ValueError, match="call_back_hours: two whole hours"):
        options.hours("call_back_hours", [8, 20])


def test_a_part_of_the_day_is_read_and_has_its_default(monkeypatch) -> None:
    assert options.hours("call_back_hours", [8, 20]) == (8, 20)
    monkeypatch.setenv("YIMEN_CALL_BACK_HOURS", "[0, 24]")
    assert options.hours("call_back_hours", [8, 20]) == (0, 24)
