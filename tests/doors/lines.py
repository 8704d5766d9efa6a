"""What the town has of the directory and of the help line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.cast import STREET, actor, party
from yimen.lib import time

# Said on the telephone and shown only to who reads cases in full.
SAID = "邻里之间的往事"


def directory(town: Any) -> dict[str, Any]:
    """The demonstration's list; the resident offers help, is vetted and asked."""
    from yimen.directory import actions, loaders
    from yimen.directory.models import Service

    at = time.now()
    loaders.demo()
    helper = actions.offer_help(
        f"{STREET}001", services=["company"], times=["weekend_day"], weekly=2, consent=True,
        by=actor("resident"), at=at,
    )  # fmt: skip
    actions.vet(helper, by=actor("assistant"), at=at)
    asking = actions.ask(
        helper, job=f"case:{town.number}", service=Service.objects.get(code="company"),
        meeting="public", brief="陪去菜场", when=at + timedelta(days=3), by=actor("clerk"), at=at,
    )  # fmt: skip
    actions.raise_concern(asking, text="门口两天没有人应", by=actor("clerk"), at=at)
    return {"helper": helper.pk, "asking": asking.pk}


def line(town: Any) -> dict[str, Any]:
    """A request that was answered and waits for its call back, one handed to 120, a shift's note."""
    from yimen.hotline import actions
    from yimen.hotline.actions import Taken
    from yimen.hotline.models import HelpRequest
    from yimen.matters import loaders

    data = Path(__file__).resolve().parent.parent.parent / "data"
    loaders.load(*(data / "matters" / f"help-00{n}.json" for n in (2, 4)))
    at, clerk = time.now(), actor("clerk")
    asked = Taken("care.meal", SAID, place=f"{STREET}001", party=party("resident").pk)
    waiting = actions.take(asked, by=clerk, at=at)
    actions.reply(waiting.case.number, done=True, text="明天起送", by=actor("officer"), at=at)
    open_one = actions.take(asked, by=clerk, at=at)
    danger = actions.transfer("120", by=clerk, at=at)
    note = actions.write_note("九点来电", by=clerk, at=at)
    return {
        "back": HelpRequest.objects.get(case=waiting.case).pk, "help": open_one.case.number,
        "danger": danger.pk, "note": note.pk,
    }  # fmt: skip


def samples(town: Any, one: Any) -> dict[str, Any]:
    """What the addresses of both need to be reached."""
    return {
        "hotline:back": one(town["back"], data={"reached": "no"}),
        "hotline:reply": one(town["help"], data={"done": "yes", "text": "明天起送"}),
        "hotline:learn": one(town["danger"], data={"outcome": "已送医"}),
        "hotline:sign": one(town["note"]),
        "hotline:behind": one(query={"by": "need", "key": "care.meal"}),
        "hotline:alarm": one(data={"to": "120"}),
        **{
            f"hotline:open311_{name}": one(*args, "json")
            for name, args in {
                "discovery": (),
                "services": (),
                "requests": (),
                "definition": ("repair.water",),
                "request": (town["help"],),
                "token": ("none",),
            }.items()
        },
        "directory:act": one(town["asking"], data={"do": "yes"}),
        "directory:unit": one("canteen"),
        "directory:service": one("meal"),
        "directory:helper": one(town["helper"], data={"do": "pause"}),
    }
