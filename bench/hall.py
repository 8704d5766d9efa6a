"""The hall's requests: tickets given, and twelve windows that call at once."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from bench.asked import CENTRE, token
from bench.crew import http_request

DESKS = ("general", "insurance", "civil", "residence", "business", "other")


def ready() -> tuple[str, list[str]]:
    """Every window of the demonstration's hall open for every desk: the director's token, codes."""
    from yimen.counters import actions
    from yimen.counters.actions.setting_up import set_window
    from yimen.counters.models import Window
    from yimen.lib.actor import system
    from yimen.lib.time import now

    codes = list(
        Window.objects.filter(centre=CENTRE).order_by("code").values_list("code", flat=True)
    )
    for code in codes:
        set_window(CENTRE, by=system(CENTRE[:9]), at=now(), no=int(code[-2:]), desks=[])
    director = _director()
    for code in codes:
        actions.open_window(code, by=director, at=now())
    return token("director"), codes


def _director():  # type: ignore[no-untyped-def]
    from yimen.bodies.queries import actor_for
    from yimen.people.models import Account

    return actor_for(Account.objects.get(username="director"))


def tickets(port: int, by: str, count: int) -> Iterator[str]:
    """POST /api/v1/tickets, desk by desk, every seventh with a priority."""
    for n in range(count):
        body = {"centre": CENTRE, "desk": DESKS[n % len(DESKS)]}
        if n % 7 == 0:
            body["priority"] = "elderly"
        yield http_request(port, "POST", "/api/v1/tickets", token=by, body=orjson.dumps(body))


def fill(count: int) -> None:
    """So many more wait at the general desk."""
    from yimen.counters import actions
    from yimen.lib.time import now
    from yimen.places.models import ServicePoint

    point, director = ServicePoint.objects.get(pk=CENTRE), _director()
    for _n in range(count):
        actions.take(point, by=director, at=now())


def calls(port: int, by: str, codes: list[str]) -> list[str]:
    """One request for each window: finish whoever is there, call the next."""
    return [
        http_request(port, "POST", f"/api/v1/windows/{code}/next", token=by, body=b"{}")
        for code in codes
    ]
