from __future__ import annotations

import pytest

from tests.notices.world import World, build


@pytest.fixture
def world(db: None) -> World:
    return build()


@pytest.fixture
def committed(transactional_db: None) -> World:
    """A world that other connections see."""
    return build()
