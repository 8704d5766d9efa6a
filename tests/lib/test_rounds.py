"""One by one: what goes wrong with one thing costs the others nothing."""

from __future__ import annotations

import pytest

from yimen.lib.rounds import one_by_one


def test_the_others_have_their_turn_and_the_failure_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def act(thing: int) -> int:
        if thing == 2:
            raise ValueError("broken")
        return thing

    assert one_by_one("a.round", [1, 2, 3], act) == 4
    assert [r.getMessage() for r in caplog.records] == ["a.round failed for 2"]
