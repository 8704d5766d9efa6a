"""Settings glue for the tests; what they stand on is in yimen/config/testing.py."""

from __future__ import annotations

import os

import pytest

from yimen.config.chromium import REMEDY, find


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests need a browser: without one they are skipped with the remedy, but never in
    CI, where a missing browser is a failure."""
    browser = [item for item in items if item.get_closest_marker("browser")]
    if not browser or find() or os.environ.get("CI"):
        return
    for item in browser:
        item.add_marker(pytest.mark.skip(reason=REMEDY))
