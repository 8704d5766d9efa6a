"""The name, number and host of the centre and its line: set once, said everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from yimen.bodies import gateway
from yimen.bodies.models import Body, Gateway
from yimen.ledger.actions import record
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Forbidden, Invalid, Stale
from yimen.lib.text import squeeze
from yimen.places.actions import rename_points
from yimen.places.perms import may_name

NUMBER = re.compile(r"[0-9][0-9 -]{2,28}[0-9]")


@dataclass(frozen=True, slots=True)
class Named:
    """What a street says of its centre and line. `host` None: it stands alone."""

    name: str
    name_en: str = ""
    number: str = ""
    host: UUID | None = None
    hosted_since: date | None = None
    ask: str = ""


@transaction.atomic
def name_gateway(street: str, given: Named, *, seen: int, by: Actor, at: datetime) -> Gateway:
    """A new version; `seen` is the one that the writer had before them (0: none). The centre, its
    branches and its body, which bear the name, change theirs with it."""
    last = Gateway.objects.select_for_update().filter(street=street).order_by("-version").first()
    if not may_name(by, street):
        raise Forbidden("gateway", _("只有中心主任或系统管理员可以更改名称和号码。"))
    if (last.version if last else 0) != seen:
        raise _stale()
    _check(street, given)
    before = gateway.in_force(street)["name"]
    try:
        with transaction.atomic():
            made = Gateway.objects.create(
                street=street, version=seen + 1, name=squeeze(given.name),
                name_en=squeeze(given.name_en), number=squeeze(given.number), host_id=given.host,
                hosted_since=given.hosted_since if given.host else None, ask=squeeze(given.ask),
                begins_at=at, set_by_id=by.account,
            )  # fmt: skip
    except IntegrityError as error:  # the first version of two people at once
        raise _stale() from error
    counters = _rename(made, before, by)
    record(
        street=street, stream=f"gateway:{street}", act="gateway_named", by=by, at=at,
        power=by.power_for(Can.DIRECT, Can.ADMIN),
        data={
            "version": made.version, "host": str(given.host or ""), "counters": counters,
            "since": given.hosted_since.isoformat() if given.host and given.hosted_since else "",
        },
    )  # fmt: skip
    return made


def _stale() -> Stale:
    return Stale("gateway", _("别人刚刚改过。请看过现在的内容再改。"))


def _rename(made: Gateway, before: dict[str, str], by: Actor) -> list[str]:
    """Whatever bears the old name in this street: counters and bodies."""
    english = made.name_en or made.name
    names = {"name": (before["zh"], made.name), "name_en": (before.get("en", ""), english)}
    counters = rename_points(made.street, names, by=by)
    for column, (old, new) in names.items():
        if old and old != new:
            bear = Body.objects.filter(street=made.street, **{f"{column}__startswith": old})
            bear.update(**{column: Concat(Value(new), Substr(column, len(old) + 1))})
    return counters


def _check(street: str, given: Named) -> None:
    wrong: list[FieldError] = []
    if len(squeeze(given.name)) < 2:
        wrong.append(FieldError("name", _("请写名称，至少两个字。")))
    if given.number and not NUMBER.fullmatch(squeeze(given.number)):
        wrong.append(FieldError("number", _("号码只有数字、空格和短横线，例如 12345。")))
    if given.host and not Body.objects.filter(pk=given.host, street__in=[street, "0"]).exists():
        wrong.append(FieldError("host", _("没有这个单位。请从列表里选择。")))
    if given.host and given.hosted_since is None:
        wrong.append(FieldError("hosted_since", _("并入别的单位，要写从哪一天起。")))
    if wrong:
        raise Invalid("gateway", _("有的内容填写不对，请改正。"), tuple(wrong))
