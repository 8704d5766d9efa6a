"""House numbers are found by what people type."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import OTHER_STREET, STREET, actor
from yimen.lib.errors import Forbidden
from yimen.lib.time import now
from yimen.places import actions, rules
from yimen.places.models import Building
from yimen.places.queries import find_buildings


def texts(typed: str, street: str = STREET) -> list[str]:
    return [b.text for b in find_buildings(typed, street)]


@pytest.mark.django_db
@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(
    "typed",
    [
        "梧桐路12弄3号",
        "梧桐路 12 弄 3 号 401 室",
        "wutonglu 12 3",
        "wtl 12-3-401",
        "梧桐１２弄３号4",
    ],
)
def test_one_address_however_it_is_typed(typed: str) -> None:
    assert texts(typed)[0] == "梧桐路12弄3号"


@pytest.mark.django_db
@pytest.mark.usefixtures("cast")
def test_while_typing_the_closest_stand_first_and_other_streets_stay_away() -> None:
    assert texts("梧桐路1弄")[:2] == ["梧桐路1弄1号", "梧桐路1弄2号"]
    assert texts("钟楼 30") == ["钟楼路30号"]
    assert len(texts("梧桐")) == 8
    assert texts("银杏路 5 2") == [] and texts("银杏路 5 2", OTHER_STREET)[0] == "银杏路5弄2号"
    assert texts("银杏路 5 2", "")[0] == "银杏路5弄2号"
    for nothing in ("", "  ", "％", "没有这条路", "9999"):
        assert texts(nothing) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("cast")
def test_loading_again_moves_and_doubles_nothing() -> None:
    before = Building.objects.count()
    row = {"division": f"{STREET}002", "road": "梧桐路", "lane": "12", "number": "3"}
    actions.put_buildings([row, row], by=actor("admin"), at=now())
    assert Building.objects.count() == before
    assert find_buildings("梧桐路12弄3号")[0].division_id == f"{STREET}002"
    with pytest.raises(Forbidden):
        actions.put_buildings([row], by=actor("clerk"), at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Building.objects.filter(street=STREET).update(road="梧桐路", lane="12", number="3")


@given(st.text(max_size=60))
def test_whatever_is_typed_is_taken_apart(text: str) -> None:
    typed = rules.typed_address(text)
    assert all(n.isdigit() for n in typed.numbers)
    assert all(word and not word.isdigit() for word in typed.words)


@given(st.integers(1, 999), st.integers(1, 99), st.integers(101, 2999))
def test_the_room_stands_behind_the_house(lane: int, number: int, room: int) -> None:
    typed = rules.typed_address(f"梧桐路{lane}弄{number}号{room}室")
    assert rules.rest_of(typed, lane=str(lane), number=str(number)) == f"{room}室"
    assert rules.rest_of(typed, lane=str(lane), number=str(number + 100)) == ""
    assert (
        rules.rest_of(rules.typed_address(f"{lane} {number}"), lane=str(lane), number=str(number))
        == ""
    )
