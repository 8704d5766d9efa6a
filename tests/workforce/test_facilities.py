"""Conveniences: looked at every day, by phone; what is missing is told and shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import account, actor
from tests.workforce.conftest import MONDAY
from yimen.lib.errors import Forbidden, Invalid
from yimen.lib.time import at, now
from yimen.notices.models import Message
from yimen.places.models import ServicePoint
from yimen.workforce import actions, queries, ticks
from yimen.workforce.models import Check

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def found(place: ServicePoint, **wrong: str) -> dict[object, str]:
    return {f.pk: wrong.get(f.code, "ok") for f in queries.facilities(place.code)}


def look(place: ServicePoint, by: str = "clerk", **wrong: str) -> None:
    actions.check(place, found(place, **wrong), by=actor(by), at=now())  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _fresh(place: ServicePoint) -> None:
    Check.objects.all().delete()
    Message.objects.filter(template__startswith="facilities.").delete()


def test_what_is_missing_is_told_once_and_shown_until_it_is_there(place: ServicePoint) -> None:
    look(place, glasses="missing", wheelchair="broken")
    look(place, glasses="missing", wheelchair="broken")
    told = Message.objects.filter(template="facilities.wrong")
    assert [m.to_account.username for m in told if m.to_account] == ["assistant"]
    with at(MONDAY + DAY):
        wrong = queries.not_in_order(place.code, now().date())
        assert [c.facility.code for c in wrong] == ["glasses", "wheelchair"]
        look(place, wheelchair="broken")
        wrong = queries.not_in_order(place.code, now().date())
        assert [c.facility.code for c in wrong] == ["wheelchair"]


def test_everything_must_be_looked_at(place: ServicePoint) -> None:
    some = found(place)
    some.popitem()
    with pytest.raises(Invalid):
        actions.check(place, some, by=actor("clerk"), at=now())  # type: ignore[arg-type]
    assert not queries.checked(place.code, now().date())


def test_who_does_not_work_there_does_not_look(place: ServicePoint) -> None:
    for name in ("officer", "clerk2", "supervisor", "clerk3"):
        with pytest.raises(Forbidden):
            look(place, by=name)


def test_nobody_looked_is_told_once(place: ServicePoint) -> None:
    ticks.facilities(now())
    ticks.facilities(now())
    told = Message.objects.filter(template="facilities.unchecked")
    assert told.filter(about=f"facilities:{place.code}").count() == 1
    look(place)
    with at(MONDAY + DAY):
        look(place)
        ticks.facilities(now())
    assert told.all().filter(about=f"facilities:{place.code}").count() == 1


def test_by_browser_what_was_chosen_stays(place: ServicePoint, client: Client) -> None:
    client.force_login(account("clerk"))
    rows = list(queries.facilities(place.code))
    sent = {f"f_{row.pk.hex}": "ok" for row in rows[1:]}
    address = f"/desk/facilities/{place.code}/"
    half = client.post(address, sent)
    assert half.status_code == 422
    assert f"请选“{rows[0].label}”的情况" in half.content.decode()
    assert half.content.decode().count("checked") >= len(rows) - 1
    assert client.post(address, sent | {f"f_{rows[0].pk.hex}": "missing"}).status_code == 302
    assert "缺少" in client.get("/desk/facilities/").content.decode()
