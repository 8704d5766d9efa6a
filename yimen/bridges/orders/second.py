"""The orders on a case, for the pages of the houses below (cases.second)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from yimen.bridges import perms
from yimen.bridges.models import Order
from yimen.bridges.orders.showing import clock
from yimen.cases.second import Second
from yimen.lib.actor import Actor
from yimen.lib.time import now


class Orders:
    """Numbers of city platforms."""

    def seconds(self, actor: Actor, cases: list[UUID]) -> dict[UUID, list[Second]]:
        rows = Order.objects.filter(case__in=cases).select_related("case", "platform__system")
        found: dict[UUID, list[Second]] = defaultdict(list)
        at, opens = now(), perms.may_work_orders(actor)
        for order in rows.order_by("taken_at", "id"):
            theirs = clock(order, at)
            mine = opens and actor.street == order.street
            found[order.case_id].append(
                Second(
                    order.platform.system.name, order.their_number, theirs.colour, theirs.words,
                    theirs.due_at, reverse("bridges:order", args=[order.pk]) if mine else "",
                )
            )  # fmt: skip
        return dict(found)

    def behind(self, number: str) -> QuerySet[Any]:
        typed = number.strip()
        rows = Order.objects.filter(their_number__in={typed, typed.upper()})
        return rows.values("case_id")


ORDERS = Orders()
