"""A community small enough to be made in seconds: the demonstration's people, three matters.

YIMEN_DATA=... python -m chaos.town      prints {"clerk": token, "clerk2": token}
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

CENTRES = {"clerk": "31019900101", "clerk2": "31019900102"}
# two done at the counter at once, one that goes to a back office
MATTERS = {
    "employment-001": ("resident-id", "termination-certificate"),
    "medical-insurance-001": ("resident-id", "household-register"),
    "social-card-006": ("resident-id", "power-of-attorney"),
}
ON_THE_SPOT = ("employment-001", "medical-insurance-001")


def identity(n: int) -> str:
    """A resident's number that is possible and belongs to nobody: the area is the invented one."""
    from yimen.lib.documents import resident_check

    body = f"310199{1940 + n % 60}{1 + n % 12:02d}{1 + n // 12 % 28:02d}{n % 1000:03d}"
    return body + resident_check(body)


def fill() -> dict[str, str]:
    """Keys, tables, places, calendars, people, bodies, matters; a token for each counter."""
    from django.conf import settings
    from django.core.management import call_command

    from yimen.bodies.loaders import demo as bodies
    from yimen.clock.loaders import demo as calendars
    from yimen.lib.actor import system
    from yimen.lib.time import now
    from yimen.matters.loaders import load as matters
    from yimen.people.actions import issue_token
    from yimen.people.loaders import demo as people
    from yimen.people.models import Account
    from yimen.places.loaders import community

    call_command("init", stdout=io.StringIO())
    for load in (community, calendars, people, bodies):
        load()
    matters(*[Path(settings.DATA) / "matters" / f"{code}.json" for code in MATTERS])
    return {
        name: issue_token(Account.objects.get(username=name), by=system(), at=now())
        for name in CENTRES
    }


def ready() -> None:
    """Settings, and a server to talk to, for a program beside the site."""
    import django

    from yimen.config import database, folders, pg

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    django.setup()  # first: keys are only ever made where there is no data yet
    if database.embedded():
        pg.up(folders.var())


def submission(n: int, centre: str, matter: str, *, complete: bool) -> dict[str, Any]:
    """What a client sends to POST cases."""
    given = [{"code": code, "given": "original"} for code in MATTERS[matter]]
    return {
        "matter": matter,
        "centre": centre,
        "channel": "counter",
        "applicant": {
            "name": f"测试{n}号",
            "id_type": "resident_id",
            "id_number": identity(n),
            "phone": f"139{n:08d}",
        },
        "agent": None,
        "materials": given if complete else [],
        "facts": {},
    }


if __name__ == "__main__":
    ready()
    print(json.dumps(fill()))
