"""Verbs of the bridges: connect a system, rest it, read the ledger for it, deliver one event."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import requests
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from yimen.bodies.models import Body
from yimen.bridges import perms, queries, rules
from yimen.bridges.models import Reading, System
from yimen.ledger import actions as ledger
from yimen.ledger import rows
from yimen.ledger.models import Entry
from yimen.lib.actor import Actor
from yimen.lib.actor import system as system_actor
from yimen.lib.crypto import seal, unseal
from yimen.lib.errors import FieldError, Forbidden, Invalid, Stale
from yimen.lib.ids import new_id
from yimen.lib.time import local, now
from yimen.notices.actions import tell

# Entries are committed a moment after their recording time; reading overlaps by this much, and the
# errand's key makes sure that nothing is sent twice.
OVERLAP = timedelta(minutes=2)
TIMEOUT_S = 10.0
LOOPBACK = frozenset({"localhost", "127.0.0.1"})


@transaction.atomic
def connect(
    *,
    street: str,
    code: str,
    name: str,
    body: Body,
    sort: str,
    url: str = "",
    events: Sequence[str] = (),
    answer_days: int = 5,
    by: Actor,
    at: datetime,
) -> tuple[System, str]:
    """Connect a system; returns it and its signing secret, which is shown this once."""
    must_connect(by)
    _check(code, name, sort, url)
    if System.objects.filter(street=street, code=code).exists():
        raise Invalid("code", _("这个代码已经用过。"), (FieldError("code", _("请换一个代码。")),))
    system = System(
        id=new_id(),
        street=street,
        code=code,
        name=name,
        body=body,
        sort=sort,
        url=url if sort == "open" else "",
        events=list(events),
        answer_days=answer_days,
    )
    secret = secrets.token_urlsafe(32) if sort == "open" else ""
    system.secret = seal(secret, about=f"bridges.system:{system.pk}") if secret else ""
    columns = [f.attname for f in System._meta.concrete_fields]
    rows.insert(System, [{name: getattr(system, name) for name in columns}])
    _write_down("connected", system, by, at)
    return system, secret


@transaction.atomic
def change(
    system: System,
    *,
    name: str,
    url: str,
    events: Sequence[str],
    answer_days: int,
    version: int,
    by: Actor,
    at: datetime,
) -> System:
    """Change where and about what a system is told."""
    must_connect(by)
    system = System.objects.select_for_update().get(pk=system.pk)
    if system.version != version:
        raise Stale("version", _("别人刚刚修改了这个系统。请看过最新情况后再试。"))
    _check(system.code, name, system.sort, url)
    values: dict[str, Any] = {
        "name": name,
        "url": url if system.sort == "open" else "",
        "events": list(events),
        "answer_days": answer_days,
        "version": version + 1,
    }
    rows.update(System, {"id": system.pk}, **values)
    _write_down("changed", system, by, at)
    return System.objects.get(pk=system.pk)


@transaction.atomic
def rest(system: System, resting: bool, *, by: Actor, at: datetime) -> None:
    """Stop telling a system, or begin again; what happens meanwhile is not sent later."""
    must_connect(by)
    rows.update(System, {"id": system.pk}, resting_since=at if resting else None)
    _write_down("rested" if resting else "woken", system, by, at)


def must_connect(by: Actor) -> None:
    if not perms.may_connect(by):
        raise Forbidden("bridges", _("只有系统管理员可以接入外部系统。"))


def _check(code: str, name: str, sort: str, url: str) -> None:
    errors = []
    if not code or not code.replace("-", "").isalnum() or not code.isascii():
        errors.append(FieldError("code", _("代码只能用英文字母、数字和连字符。")))
    if not name.strip():
        errors.append(FieldError("name", _("请填写系统名称。")))
    if sort == "open":
        hosts = LOOPBACK if settings.YIMEN_DEMO or settings.TESTING else frozenset()
        problem = rules.wrong_url(url, insecure_hosts=hosts)
        errors += [problem] if problem else []
    if errors:
        raise Invalid("system", _("系统的资料没有填对。"), tuple(errors))


def _write_down(act: str, system: System, by: Actor, at: datetime) -> None:
    ledger.record(
        street=system.street, stream=f"system:{system.code}", act=act, by=by, at=at,
        data={"sort": system.sort, "body": str(system.body_id), "events": system.events},
    )  # fmt: skip


@transaction.atomic
def emit(moment: datetime) -> int:
    """Read what was recorded since the last time and queue one errand per event and system."""
    systems = list(System.objects.filter(sort="open", resting_since=None, platforms=None))
    reading, _made = Reading.objects.select_for_update().get_or_create(
        defaults={"until": moment}, id=1
    )
    queued = 0
    if systems:
        for entries in queries.recorded(reading.until - OVERLAP, moment):
            queued += _queue(systems, entries, moment)
    rows.update(Reading, {"id": 1}, until=moment)
    return queued


def _queue(systems: list[System], entries: list[Entry], moment: datetime) -> int:
    bodies = queries.bodies_of({e.stream.removeprefix("case:") for e in entries})
    count = 0
    for entry in entries:
        number = entry.stream.removeprefix("case:")
        for system in systems:
            wanted = not system.events or entry.act in system.events
            if not wanted or system.body_id not in bodies.get(number, ()):
                continue
            ledger.queue(
                "bridges.deliver", street=entry.street,
                key=f"{system.pk}:{entry.stream}:{entry.seq}",
                payload={"system": str(system.pk), "street": entry.street,
                         "stream": entry.stream, "seq": entry.seq},
                at=moment,
            )  # fmt: skip
            count += 1
    return count


def deliver(payload: dict[str, Any], *, key: str) -> None:
    """Errand: send one event. The receiver knows repeats by the event's id; anything but 2xx is
    a failure, which the errand's own rules retry."""
    system = System.objects.filter(pk=UUID(payload["system"])).first()
    if system is None or system.resting_since is not None:
        return
    entry = Entry.objects.get(
        street=payload["street"], stream=payload["stream"], seq=payload["seq"]
    )
    message = rules.event(
        source=f"/streets/{entry.street}",
        stream=entry.stream,
        seq=entry.seq,
        act=entry.act,
        at=local(entry.at),
        data=queries.summary(entry.stream.removeprefix("case:")),
    )
    body = orjson.dumps(message)
    response = requests.post(
        system.url, data=body, timeout=TIMEOUT_S, allow_redirects=False,
        headers=headers(system, message["id"], body),
    )  # fmt: skip
    response.raise_for_status()


def headers(system: System, name: str, body: bytes) -> dict[str, str]:
    """The headers of one delivery, signed at this moment."""
    stamp = int(now().timestamp())
    secret = unseal(system.secret, about=f"bridges.system:{system.pk}")
    return {
        "content-type": "application/cloudevents+json", "webhook-id": name,
        "webhook-timestamp": str(stamp),
        "webhook-signature": rules.sign(secret, name, stamp, body),
    }  # fmt: skip


def tell_silence(moment: datetime) -> int:
    """Tell each body of the cases that its system has not answered; a case is told once."""
    told = 0
    for system in System.objects.filter(resting_since=None):
        since = queries.answer_due_before(system, moment)
        for number in queries.untold(system, moment):
            tell(
                street=system.street, template="bridge.no_answer",
                facts={"number": number, "system": system.code, "since": since},
                about=number, key=queries.told_key(system, number),
                by=system_actor(system.street, "bridges"), at=moment, to_body=system.body_id,
            )  # fmt: skip
            told += 1
    return told
