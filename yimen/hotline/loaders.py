"""The demonstration's requests for help: a burst pipe with twelve callers, months before, meals that were arranged and
wait for their call back, noise, company. Loading again adds nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.bodies.actions import Named, name_gateway
from yimen.bodies.queries import actor_for
from yimen.bodies.register import register
from yimen.cases.actions import perform
from yimen.cases.dossier import load
from yimen.hotline import actions
from yimen.hotline.actions import Taken
from yimen.hotline.models import HelpRequest
from yimen.hotline.needs import tree
from yimen.lib import time
from yimen.lib.actor import Actor
from yimen.matters.queries import some
from yimen.people.models import Account


def demo(*_paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """Load `data/demo/line.json`."""
    path = Path(settings.DATA) / "demo" / "line.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if HelpRequest.objects.filter(street=content["street"]).exists():
        return 0
    past = _past(content)
    taken: list[UUID] = [_take(content, row, []) for row in content["requests"][:1]]
    for row in content["requests"][1:]:
        taken.append(_take(content, row, taken))
    by = actor_for(Account.objects.get(username=content["operator"]))
    actions.write_note(content["note"], by=by, at=time.now())
    _name(content)
    say(_("示例：%(n)d 件求助。") % {"n": len(taken) + past})
    return len(taken) + past


def _past(content: dict[str, Any]) -> int:
    """What was asked for in the months before: answered and called back where `by` names who
    answered. Before the catalogue's first day nothing could be taken."""
    rows = [(days, row) for row in content.get("past", []) for days in row["days_ago"]]
    done = 0
    for days, row in sorted(rows, key=lambda pair: -pair[0]):
        with time.at(time.now() - timedelta(days=days)):
            need = tree()[row["need"]]
            if not some([need.matter], time.today()):
                continue
            given = {name: row[name] for name in ("need", "what", "place")}
            clerk = actor_for(Account.objects.get(username=content["operator"]))
            d = actions.take(Taken(**given), by=clerk, at=time.now())
            done += 1
            if row["by"]:
                _solve(d.case.number, row["by"], row.get("text", "已修好"), clerk)
    return done


def _solve(number: str, username: str, text: str, clerk: Actor) -> None:
    by = actor_for(Account.objects.get(username=username))
    with time.at(time.now() + timedelta(hours=1)):
        actions.reply(number, done=True, text=text, by=by, at=time.now())
        row = HelpRequest.objects.get(case__number=number)
        actions.call_back(row, reached=True, solved="yes", content=True, by=clerk, at=time.now())


def _take(content: dict[str, Any], row: dict[str, Any], before: list[UUID]) -> UUID:
    with time.at(time.now() - timedelta(minutes=row["minutes_ago"])):
        by = actor_for(Account.objects.get(username=content["operator"]))
        names = ("need", "what", "where", "place", "name", "phone", "line")
        given = {name: row[name] for name in names if name in row}
        same = before[row["same_as"]] if "same_as" in row else None
        d = actions.take(Taken(**given, same_as=same), by=by, at=time.now())
        if unit := row.get("unit"):
            _give(d.case.number, unit)
        if answer := row.get("answer"):
            officer = actor_for(Account.objects.get(username=answer["by"]))
            with time.at(time.now() + timedelta(hours=3)):
                actions.reply(
                    d.case.number, done=True, text=answer["text"], by=officer, at=time.now()
                )
    return HelpRequest.objects.get(case=d.case).pk


def _give(number: str, unit: dict[str, str]) -> None:
    """The request goes to a partner unit, which perhaps signs for it and finishes it."""
    by, at = actor_for(Account.objects.get(username=unit["by"])), time.now()
    for task in load(number).open_tasks:
        perform(number, "offer", by=by, at=at, task=str(task.pk), body=unit["body"])
    if "signed_by" not in unit:
        return
    worker = actor_for(Account.objects.get(username=unit["signed_by"]))
    actions.sign_job(number, by=worker, at=at)
    if "done" in unit:
        with time.at(at + timedelta(minutes=22)):
            actions.finish_job(number, done=True, text=unit["done"], by=worker, at=time.now())


def _name(content: dict[str, Any]) -> None:
    """What the line is called, and who owns the ways into it."""
    named = dict(content["named"])
    by = actor_for(Account.objects.get(username=named.pop("by")))
    name_gateway(content["street"], Named(**named), seen=0, by=by, at=time.now())
    for row in content["channels"]:
        owner = register(content["street"]).codes[row["owner"]].pk
        since = date.fromisoformat(row["since"])
        actions.own_channel(
            row["way"], owner=owner, since=since, ask=row["ask"], by=by, at=time.now()
        )  # fmt: skip
