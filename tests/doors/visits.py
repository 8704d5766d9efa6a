"""Home visits of the town: one that is to come this morning, one whose papers wait."""

from __future__ import annotations

from typing import Any

from tests.cases.browsing import LOW_INCOME
from tests.cast import CENTRE, account, actor, party
from yimen.homeservice import actions
from yimen.homeservice.actions.way import Act, Told, materials
from yimen.lib import time
from yimen.lib.ids import new_id
from yimen.places.models import ServicePoint


def home(_town: Any) -> dict[str, Any]:
    """The resident is visited by the clerk this morning; the mother was, and papers were taken."""
    at, assist = time.now(), actor("assistant")
    centre = ServicePoint.objects.get(code=CENTRE)
    made = {}
    for who, half in (("resident", "am"), ("mother", "pm")):
        wish = actions.Wish(hard_to_move=who == "resident", matters=(LOW_INCOME,))
        made[who] = actions.ask(
            centre, party(who), wish, channel="counter", by=actor("clerk"), at=at
        )
        route = actions.plan(
            centre, day=time.today(), half=half, going=[account("clerk").pk],
            visits=[made[who].pk], by=assist, at=at,
        )  # fmt: skip
    stop = route.stops.get()
    taken = {next(iter(materials([LOW_INCOME]))): "copy"}
    for act, papers in (
        ("arrive", {}),
        ("meet", {}),
        ("sign", {}),
        ("take", taken),
        ("finish", {}),
    ):
        told = Told(new_id(), Act(act), at, papers)
        actions.step(stop.pk, told, by=actor("clerk"), at=at)
    first = made["resident"].stops.get()
    return {
        "home": made["resident"].pk, "route": first.route_id, "stop": first.pk,
        "home_in": made["mother"].pk,
    }  # fmt: skip
