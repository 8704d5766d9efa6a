"""Printing needs the shipped fonts; without them a test run must say so, and CI must fail."""

import os

import pytest

from yimen.printing import press


@pytest.fixture(autouse=True)
def fonts():
    if problem := press.doctor():
        if os.environ.get("CI"):
            pytest.fail(problem)
        pytest.skip(problem)
