"""The history of an order with what became of its case; a platform changed after it was connected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.bridges import orders
from tests.bridges.orders import City, take
from tests.bridges.test_order_pages import MONDAY, answered, catalogue
from tests.cases.browsing import client
from tests.cases.browsing import said as words
from tests.cast import account, actor
from yimen.bridges import actions
from yimen.bridges.orders import showing
from yimen.hotline import actions as line
from yimen.hotline.models import HelpRequest
from yimen.ledger.models import Entry
from yimen.lib.errors import Invalid
from yimen.lib.time import ZONE, at, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast", "catalogue")]
__all__ = ["catalogue"]


def test_the_history_of_an_order_has_the_answer_and_the_calls_back_with_who_and_when() -> None:
    order = take(orders.platform())
    with at(MONDAY + timedelta(hours=3)):
        answered(order)
        row = HelpRequest.objects.get(case=order.case)
    with at(MONDAY + timedelta(hours=5)):
        line.call_back(row, reached=False, by=actor("clerk"), at=now())
    with at(MONDAY + timedelta(hours=6)):
        row.refresh_from_db()
        line.call_back(row, reached=True, solved="yes", by=actor("clerk"), at=now())
        order.refresh_from_db()
        steps = showing.past(order)
    found = {(s["title"], f"{s['at'].astimezone(ZONE):%H:%M}", s["text"]) for s in steps}
    assert ("答复了求助人", "12:00", "办成了") in found
    assert {
        ("第 1 次回访", "14:00", "没有联系上"),
        ("第 2 次回访", "15:00", "求助人说解决了"),
    } <= found
    assert all(s["by"] for s in steps) and [s["at"] for s in steps] == sorted(
        s["at"] for s in steps
    )


def test_an_administrator_changes_a_platform_on_the_record_and_nobody_over_another() -> None:
    held = orders.platform()
    order = take(held)
    path = f"/desk/bridges/{held.system.code}/platform/"
    admin = client("admin")
    assert "修改来单平台" in words(admin.get(f"/desk/bridges/{held.system.code}/"))
    given = {"mapping_name": held.mapping, "hours": "72", "was": held.state}
    assert client("clerk").post(path, given).status_code == 403
    assert admin.post(path, given | {"mapping_name": "none"}).status_code == 422
    assert admin.post(path, given).status_code == 302
    held.refresh_from_db()
    assert held.return_hours == 72
    entry = Entry.objects.get(stream=f"system:{held.system.code}", act="platform_changed")
    assert entry.account == account("admin").pk
    assert admin.post(path, given | {"hours": "5"}).status_code == 412, "another was quicker"
    limit = order.return_by
    order.refresh_from_db()
    assert order.return_by == limit, "what came keeps its limit"


def test_a_platform_changed_needs_an_account_of_its_own_as_one_connected() -> None:
    city = City()
    try:
        held = orders.platform(city.url)
    finally:
        city.close()
    how: dict[str, Any] = {"mapping_name": "12345", "hours": 8, "by": actor("admin"), "at": now()}
    for who in (None, account("clerk")):
        with pytest.raises(Invalid):
            actions.change_platform(held.system, account=who, was=held.state, **how)
    changed = actions.change_platform(
        held.system, account=account("machine"), was=held.state, **how
    )
    assert changed.return_hours == 8
