"""The desk's menu shows what the actor may use, and marks where one is."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import override_settings

from yimen.lib.actor import Actor, Can, Power
from yimen.look import checks
from yimen.look.navigation import Entry, desk_links, entries

TWO = [
    Entry("收件", "pages:desk", key="n", can=(Can.INTAKE,), order=2),
    Entry("搜索", "pages:search", order=1),
    Entry("不在这里", "nowhere:at-all"),
    Entry("只给审计", "pages:about", when=lambda actor: actor.can(Can.AUDIT)),
]


def somebody(*cans):
    powers = frozenset(Power(can, uuid4(), "", uuid4()) for can in cans)
    return Actor(kind="staff", account=uuid4(), powers=powers)


@pytest.fixture(autouse=True)
def registered():
    with override_settings(YIMEN_NAVIGATION=[f"{__name__}.TWO"]):
        yield


def test_entries_follow_powers_and_order():
    assert [e.label for e in entries(somebody(Can.INTAKE))] == ["搜索", "收件"]
    assert [e.label for e in entries(somebody())] == ["搜索"]
    assert [e.label for e in entries(somebody(Can.AUDIT))] == ["搜索", "只给审计"]


def test_the_nearest_entry_is_the_current_one():
    links = desk_links(somebody(Can.INTAKE), "/desk/search/")
    assert [link.label for link in links if link.current] == ["搜索"]


def test_a_name_that_leads_nowhere_is_found_at_start():
    with override_settings(YIMEN_NAVIGATION=["yimen.nowhere.navigation.DESK"]):
        assert [problem.id for problem in checks.hooks_exist()] == ["look.E001"]
    assert checks.hooks_exist() == []
