"""Fixtures of the engine's tests."""

from tests.cases.world import monday

__all__ = ["monday"]
