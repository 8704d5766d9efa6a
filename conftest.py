"""Settings glue for the tests; what they stand on is in yimen/config/testing.py."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest

from yimen.config.chromium import REMEDY, find


@pytest.fixture(autouse=True)
def _no_loop_of_the_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """Playwright keeps an event loop running in this thread for as long as the session lasts; a
    test of another sort, later in the same process, starts one of its own."""
    if request.node.get_closest_marker("browser"):
        yield
        return
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests need a browser: without one they are skipped with the remedy, but never in
    CI, where a missing browser is a failure."""
    browser = [item for item in items if item.get_closest_marker("browser")]
    if not browser or find() or os.environ.get("CI"):
        return
    for item in browser:
        item.add_marker(pytest.mark.skip(reason=REMEDY))
