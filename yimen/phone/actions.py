"""Verbs of the line: a call begins and ends, a call back is asked for, done, undone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from yimen.bodies.queries import centre_body
from yimen.ledger import rows
from yimen.ledger.actions import begin, record
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Refused, Unseen
from yimen.lib.ids import new_id
from yimen.people.actions import register
from yimen.people.models import Party
from yimen.phone import perms, queries
from yimen.phone.models import Call, CallBack
from yimen.places.models import ServicePoint

CALLER = "来电人"  # a person of whom only the number is known, until somebody asks for the name
LONGEST_SAID = 300


@dataclass(slots=True)
class Log:
    """What goes down about a call while it lasts. Codes of prompts, never what was keyed."""

    adapter: str
    centre: str
    started_at: datetime
    id: UUID = field(default_factory=new_id)
    ended_at: datetime | None = None
    outcome: str = ""
    hung_up: bool = False
    told: int = 0
    wrong: int = 0
    said: list[list[Any]] = field(default_factory=list)
    written: bool = False  # is there a row yet?


def write_down(log: Log) -> None:
    """Begin the record of a call, or end it. A call of which the beginning could not be written
    (no database) is written whole at its end."""
    values: dict[str, Any] = {
        "ended_at": log.ended_at, "outcome": log.outcome, "hung_up": log.hung_up,
        "said": log.said[:LONGEST_SAID], "told": log.told, "wrong": log.wrong,
    }  # fmt: skip
    if log.written:
        rows.update(Call, {"id": log.id}, **values)
        return
    row = {
        "id": log.id, "street": log.centre[:9], "centre_id": log.centre, "adapter": log.adapter,
        "started_at": log.started_at, **values,
    }  # fmt: skip
    rows.insert(Call, [row], ignore_conflict=True)
    log.written = True


def close_cut(*, before: datetime, at: datetime) -> int:
    """End the record of calls that a crash has cut; how many."""
    return queries.left_open(before).update(ended_at=at, outcome=Call.Outcome.CUT)


@transaction.atomic
def ask_back(
    number: str, *, centre: ServicePoint, call: UUID | None, about: str, wish: str = "", by: Actor,
    at: datetime,
) -> CallBack:  # fmt: skip
    """Somebody wants to be called back on `number`. It becomes a question of the centre's service
    desk, through the house that owns questions. Who is owed a call already is owed that one."""
    body = centre_body(centre.pk)
    if body is None:
        raise Refused("nobody_to_ask", _("这个中心目前没有人接收咨询，请选择其他中心或直接到场。"))
    # one at a time in a centre: two calls from one number at once must find one person
    ServicePoint.objects.select_for_update(no_key=True).only("code").get(pk=centre.pk)
    party = register(
        centre.street, name=CALLER, id_type=Party.IdType.OTHER, phone=number, by=by, at=at
    )
    known = queries.open_of(centre.street, party.pk)
    if known:
        return _wished(known, wish, by, at)
    asked = import_string(settings.YIMEN_LINE_CALL_BACK)(
        centre=centre, asker=party, about=about, wish=wish, at=at
    )
    row = {
        "id": new_id(), "street": centre.street, "centre_id": centre.pk, "body_id": body.pk,
        "call_id": call, "party_id": party.pk, "question": asked.number, "asked_at": at,
        "due_at": asked.due_at, "wish": wish,
    }  # fmt: skip
    rows.insert(CallBack, [row])
    data = {"question": asked.number, "party": str(party.pk), "body": str(body.pk)}
    begin(
        street=centre.street, stream=f"callback:{row['id']}", act="asked", by=by, at=at, data=data
    )
    return rows.made(CallBack, row)


def _wished(known: CallBack, wish: str, by: Actor, at: datetime) -> CallBack:
    """Who is owed a call already, and now says what for."""
    if wish and not known.wish:
        rows.update(CallBack, {"id": known.pk}, wish=wish)
        known.wish = wish
        record(
            street=known.street, stream=f"callback:{known.pk}", act="wished", by=by, at=at,
            data={"wish": wish},
        )  # fmt: skip
    return known


def _locked(id: UUID, by: Actor) -> CallBack:
    found = queries.owed_to(by).select_for_update(of=("self",)).filter(pk=id).first()
    if found is None:
        raise Unseen("call_back")
    if not perms.may_work(by, found):
        raise Forbidden("call_back", _("这个回电由别的单位负责，您可以查看，但不能办理。"))
    return found


@transaction.atomic
def done(id: UUID, *, by: Actor, at: datetime) -> CallBack:
    """The call was made. A second click changes nothing."""
    owed = _locked(id, by)
    if owed.is_open:
        rows.update(CallBack, {"id": id}, done_at=at, done_by_id=by.account)
        owed.done_at, owed.done_by_id = at, by.account
        _entry(owed, "done", by, at)
    return owed


@transaction.atomic
def undo(id: UUID, *, by: Actor, at: datetime) -> CallBack:
    """It was not made after all."""
    owed = _locked(id, by)
    if owed.is_open:
        return owed
    if queries.open_of(owed.street, owed.party_id):
        raise Refused("called_again", _("这个人后来又要求了回电，请在那一条里办理。"))
    if owed.done_by_id is None:
        raise Refused("question_ended", _("这条咨询已经答复或关闭，不用再回电。"))
    rows.update(CallBack, {"id": id}, done_at=None, done_by_id=None)
    owed.done_at = owed.done_by_id = None
    _entry(owed, "undone", by, at)
    return owed


def question_ended(street: str, question: str, *, by: Actor, at: datetime) -> None:
    """The house above says that the question has its end, and with it the call back."""
    owed = (
        CallBack.objects.select_for_update()
        .filter(street=street, question=question, done_at=None)
        .first()
    )
    if owed:
        rows.update(CallBack, {"id": owed.pk}, done_at=at)
        _entry(owed, "question_ended", by, at)


def _entry(owed: CallBack, act: str, by: Actor, at: datetime) -> None:
    record(
        street=owed.street, stream=f"callback:{owed.pk}", act=act, by=by, at=at,
        power=by.power_for(*[p.can for p in by.powers], body=owed.body_id),
        data={"question": owed.question},
    )  # fmt: skip


CUT_AFTER = timedelta(hours=1)
