from __future__ import annotations

import pytest

from bench import regulations
from yimen.knowledge import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def test_the_measured_collection_is_searched_as_laws_are() -> None:
    """What the measurement fills is found by its articles, each page full."""
    assert regulations.fill(pages=40) == 200
    found = queries.search("居民")
    assert (len(found.passages), found.more, found.loose) == (10, True, False)
    assert {p.label for p in queries.search("样例规定第1号 第四十二条").passages} >= {"第四十二条"}
    assert {row[0] for row in regulations.ask(times=1)} == set(regulations.QUESTIONS)
