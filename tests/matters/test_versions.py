from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction

from tests.cast import actor
from tests.matters.conftest import matter_json
from yimen.ledger.models import Entry
from yimen.lib import time
from yimen.lib.actor import system
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.matters import actions, queries
from yimen.matters.models import MatterVersion

pytestmark = pytest.mark.django_db
CODE = "employment-001"


@pytest.fixture(autouse=True)
def _day() -> Any:
    with time.at("2026-03-02 09:00"):
        yield


def shipped(**changes: Any) -> MatterVersion:
    found = actions.take_in(matter_json(CODE) | changes, by=system(), at=time.now())
    assert found is not None
    return found


def draft(**changes: Any) -> MatterVersion:
    return actions.draft(matter_json(CODE) | changes, by=system(), at=time.now())


NAME = {"name": {"zh": "失业登记（新）", "en": "Unemployment registration (new)"}}


def test_taking_in_the_same_again_makes_no_new_version() -> None:
    shipped()
    assert actions.take_in(matter_json(CODE), by=system(), at=time.now()) is None
    again = matter_json(CODE) | {"version": 9, "valid_from": "2026-02-01"}
    assert actions.take_in(again, by=system(), at=time.now()) is None
    assert MatterVersion.objects.count() == 1


def test_a_change_makes_a_new_version_and_ends_the_old_one() -> None:
    old = shipped()
    actions.publish(draft(**NAME), by=system(), at=time.now(), valid_from=date(2026, 3, 10))
    old.refresh_from_db()
    assert old.valid_to == date(2026, 3, 10)
    assert queries.current(CODE, date(2026, 3, 9)).version == 1
    assert queries.current(CODE, date(2026, 3, 10)).name == "失业登记（新）"
    assert old.content["name"]["zh"] == "失业登记"


def test_a_version_replaced_on_its_first_day_is_over_but_stays_for_its_cases() -> None:
    shipped()
    second = shipped(**NAME)
    third = shipped(aliases=["另一个说法"])
    second.refresh_from_db()
    assert second.valid_from == second.valid_to == third.valid_from
    assert queries.current(CODE).version == 3


def test_the_database_refuses_any_change_of_what_was_published() -> None:
    version = shipped()
    for change in (
        {"content": {"code": "other"}},
        {"name": "别的"},
        {"valid_from": date(2020, 1, 1)},
        {"status": "draft"},
        {"sha256": "0" * 64},
    ):
        with pytest.raises(Error, match="published version|never goes back"), transaction.atomic():
            MatterVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(Error, match="cannot be deleted"), transaction.atomic():
        MatterVersion.objects.filter(pk=version.pk).delete()


def test_the_database_refuses_two_versions_in_force_on_one_day() -> None:
    first = shipped()
    with pytest.raises(IntegrityError, match="matter_one_version_a_day"), transaction.atomic():
        MatterVersion.objects.create(
            matter=first.matter, version=2, status="published", valid_from=date(2026, 6, 1),
            content={}, sha256="1" * 64, name="x", name_en="x",
        )  # fmt: skip


def test_no_version_begins_in_the_past_once_another_was_in_force() -> None:
    shipped()
    waiting = draft(**NAME)
    with pytest.raises(Invalid):
        yesterday = time.today() - timedelta(days=1)
        actions.publish(waiting, by=system(), at=time.now(), valid_from=yesterday)


def test_a_draft_that_says_nothing_new_is_refused_and_a_draft_is_replaced() -> None:
    shipped()
    with pytest.raises(Refused):
        draft()
    assert draft(**NAME).pk == draft(aliases=["换个说法"]).pk


def test_retired_is_gone_from_the_catalogue_and_never_comes_back_by_itself() -> None:
    shipped()
    actions.retire(CODE, by=system(), at=time.now())
    with pytest.raises(Unseen):
        queries.current(CODE)
    with pytest.raises(Refused):
        actions.retire(CODE, by=system(), at=time.now())


def test_every_act_is_on_record() -> None:
    shipped()
    actions.publish(draft(**NAME), by=system(), at=time.now())
    actions.retire(CODE, by=system(), at=time.now())
    acts = (
        Entry.objects.filter(stream=f"matter:{CODE}").order_by("seq").values_list("act", flat=True)
    )
    assert list(acts) == ["published", "drafted", "published", "retired"]


@pytest.mark.usefixtures("cast")
def test_only_editors_change_the_catalogue() -> None:
    for name in ("clerk", "director", "resident"):
        with pytest.raises(Forbidden):
            actions.draft(matter_json(CODE), by=actor(name), at=time.now())
    actions.draft(matter_json(CODE), by=actor("editor"), at=time.now())
    assert queries.visible_to(actor("editor")).count() == 1
    assert queries.visible_to(actor("clerk")).count() == 0


@pytest.mark.usefixtures("cast")
def test_a_street_adds_matters_of_its_own_and_leaves_another_street_alone() -> None:
    own = matter_json(CODE) | {"code": "street-own-001"}
    actions.draft(own, by=actor("editor"), at=time.now(), street=actor("editor").street)
    with pytest.raises(Forbidden):
        data = matter_json(CODE) | {"code": "street-other-001"}
        actions.draft(data, by=actor("editor"), at=time.now(), street="310199002")
