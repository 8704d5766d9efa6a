from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.cases.world import MONDAY, do, hand_in, work_through
from yimen.cases.dossier import Dossier
from yimen.lib import time


@pytest.fixture
def monday(cast: None) -> Iterator[datetime]:
    """A Monday in March 2026 with the cast there."""
    with time.at(MONDAY) as moment:
        yield moment


def finished(code: str = "civil-affairs-008", **more: Any) -> Dossier:
    """A case from its receipt to the proof of delivery."""
    d = hand_in(code, **more)
    if d.case.stage == "received":
        d = do(d, "accept")
    d = work_through(d)
    if d.case.stage == "handling":
        d = do(d, "decide", outcome="granted", reasons="符合条件")
    if d.case.stage == "decided":
        d = do(d, "deliver", way="counter")
    if d.case.stage == "delivering":
        d = do(d, "confirm")
    assert d.case.stage == "closed"
    return d
