"""Cases for the tests of the engine: submissions made of the real catalogue, walked by its rules."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from django.conf import settings

from tests.cast import CENTRE, actor, party
from yimen.cases.actions import Given, Submission, perform, receive
from yimen.cases.dossier import Dossier
from yimen.lib import time
from yimen.lib.actor import system
from yimen.matters.content import Content, parse
from yimen.matters.models import Matter, MatterVersion
from yimen.places.models import ServicePoint

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)  # a working day with working days around it
WEEK = 7


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Every shipped matter file, by code."""
    found = {}
    for path in sorted((settings.DATA / "matters").glob("*.json")):
        data = orjson.loads(path.read_bytes())
        if "code" in data:
            found[data["code"]] = data
    return found


def codes() -> list[str]:
    return list(catalogue())


def matter(code: str, **changes: Any) -> MatterVersion:
    """A published version of a shipped matter; with `changes` of an invented one like it."""
    data = catalogue()[code]
    if changes:
        data = data | changes | {"code": f"{code}-x{abs(hash(repr(changes))) % 10**8}"}
    known = MatterVersion.objects.filter(matter_id=data["code"], status="published").first()
    if known is not None:
        return known
    content: Content = parse(data)
    Matter.objects.get_or_create(code=content.code)
    return MatterVersion.objects.create(
        matter_id=content.code, version=1, status="published", valid_from=date(2026, 1, 1),
        content=content.to_json(), sha256="0" * 64, name=content.name.zh,
        name_en=content.name.en, department=content.department.zh,
        department_en=content.department.en, field=content.field, category=content.category.zh,
        category_en=content.category.en, party=content.party, handling=content.handling,
    )  # fmt: skip


def hand_in(
    code: str = "",
    *,
    version: MatterVersion | None = None,
    missing: bool = False,
    at: datetime | None = None,
    **more: Any,
) -> Dossier:
    """Receive a submission of this matter, complete unless `missing`."""
    version = version or matter(code)
    content = parse(version.content)
    given = () if missing else tuple(Given(m.code, "original") for m in content.materials)
    submission = Submission(
        matter=version,
        centre=ServicePoint.objects.get(code=more.pop("centre", CENTRE)),
        channel="counter",
        applicant=more.pop("applicant", None) or party("resident"),
        materials=more.pop("materials", given),
        **more,
    )
    return receive(submission, by=actor("clerk"), at=at or time.now())


SYSTEM = system("310199001", "test")


def do(d: Dossier, act: str, **args: Any) -> Dossier:
    """An act by the system, which may do everything: the rules are what is tested."""
    return perform(d.case.number, act, by=SYSTEM, **args)


def finish_one(d: Dossier) -> Dossier:
    """Finish the first open required task with what its sort needs."""
    task = next(t for t in d.open_tasks if t.required)
    args: dict[str, Any] = {}
    if task.sort == "visit":
        args["visitors"] = ["officer", "officer2"]
    elif task.sort == "check":
        args |= {"consent": True, "answer": "match"}
    elif task.sort == "posting":
        today = time.today()
        do(
            d,
            "post",
            task=str(task.pk),
            text="公示",
            starts_on=today.replace(day=1),
            ends_on=today.replace(day=2),
        )
    return do(d, "finish", task=str(task.pk), **args)


def work_through(d: Dossier) -> Dossier:
    """Finish everything until the decision is open."""
    while d.case.stage == "handling" and d.open_task("decide") is None:
        d = finish_one(d)
    return d


@pytest.fixture
def monday() -> Any:
    """A plain Monday in March 2026, so that terms end inside announced calendars."""
    with time.at(MONDAY) as moment:
        yield moment
