"""A calendar changed under open cases (with 10,000 of them: python -m chaos.calendar)."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from chaos import calendar
from tests.cases.world import MONDAY, matter
from yimen.cases import ticks
from yimen.ledger.verify import verify
from yimen.lib import time
from yimen.lib.time import now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def test_all_are_recomputed_on_record_and_no_residents_term_is_shortened() -> None:
    with time.at(MONDAY):
        matter("social-card-006")
        found = calendar.run(12)
    assert found.recomputed == 24 and found.left == 0
    assert found.moved > 12, "the change moved next to nothing: it proves nothing"
    assert (found.shortened, found.unrecorded) == (0, 0)
    assert verify().fault is None


def test_one_case_that_fails_does_not_stop_the_others_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with time.at(MONDAY):
        matter("social-card-006")
        calendar.make(5)
        day = MONDAY.date() + time.timedelta(days=2)
        calendar.publish(day.year, {day: True}, now())
        real, failed = ticks.advance, []

        def once(d: Any, acts: Any, **args: Any) -> Any:
            if not failed:
                failed.append(d.case.number)
                raise ZeroDivisionError
            return real(d, acts, **args)

        monkeypatch.setattr(ticks, "advance", once)
        monkeypatch.setattr(ticks, "BATCH", 2)
        with caplog.at_level(logging.INFO, "yimen.cases"):
            assert ticks.recompute(now()) == 4
        assert f"failed at case {failed[0]}" in caplog.text
        assert "4 of 5 open cases recomputed" in caplog.text
        assert ticks.recompute(now()) == 1
        assert ticks.recompute(now()) == 0
