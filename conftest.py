"""Settings glue for the tests; what they stand on is in yimen/config/testing.py."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest

from yimen.config.chromium import REMEDY, find


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Playwright keeps an event loop running in this thread for as long as the session lasts; a
    test of another sort, later in the same process, starts one of its own.

    It must not see the loop from its first fixture to the last: beside a running loop Django
    hands out other connections, and a test would write outside of its own transaction.
    """
    running = asyncio._get_running_loop()
    if running is None or item.get_closest_marker("browser"):
        return (yield)
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        if running.is_running():
            asyncio._set_running_loop(running)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests need a browser: without one they are skipped with the remedy, but never in
    CI, where a missing browser is a failure."""
    browser = [item for item in items if item.get_closest_marker("browser")]
    if not browser or find() or os.environ.get("CI"):
        return
    for item in browser:
        item.add_marker(pytest.mark.skip(reason=REMEDY))
