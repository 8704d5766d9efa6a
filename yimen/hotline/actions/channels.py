"""Who answers for a way into the line."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.bodies.models import Body, JoinedChannel
from yimen.hotline.channels import Way
from yimen.ledger.actions import record
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Forbidden, Invalid, Unseen
from yimen.lib.text import squeeze
from yimen.places.perms import may_name


@transaction.atomic
def own_channel(
    way: str, *, owner: UUID, since: date, ask: str, by: Actor, at: datetime
) -> JoinedChannel:
    """A way belongs to a body from a day on; said again it is put right, and both are on record."""
    if way not in Way.values:
        raise Unseen("channel")
    if not may_name(by, by.street):
        raise Forbidden("channel", _("只有中心主任或系统管理员可以更改渠道。"))
    found = JoinedChannel.objects.select_for_update().filter(street=by.street, way=way).first()
    wrong: list[FieldError] = []
    body = Body.objects.filter(pk=owner, street__in=[by.street, "0"]).first()
    if body is None:
        wrong.append(FieldError("owner", _("没有这个单位。请从列表里选择。")))
    if not squeeze(ask):
        wrong.append(FieldError("ask", _("请写有问题找谁：科室和电话。")))
    if wrong or body is None:
        raise Invalid("channel", _("有的内容填写不对，请改正。"), tuple(wrong))
    made = found or JoinedChannel(street=by.street, way=way, version=0)
    made.owner, made.since, made.ask = body, since, squeeze(ask)
    made.version += 1
    made.save()
    record(
        street=by.street, stream=f"gateway:{by.street}", act="channel_joined", by=by, at=at,
        data={"way": way, "owner": body.code, "since": since.isoformat(), "version": made.version},
        power=by.power_for(Can.DIRECT, Can.ADMIN),
    )  # fmt: skip
    return made
