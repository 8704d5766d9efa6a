"""What the exchange says of the line's calls (phone.helpline.Operators)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings

from yimen.hotline import actions
from yimen.hotline.models import LineCall, Ringing
from yimen.lib.actor import Actor, system
from yimen.phone.helpline import Picked


def _by(street: str) -> Actor:
    return system(street, "phone")


class Operators:
    """The operators of the line, for whoever has a caller on the telephone."""

    def ring(self, *, street: str, line: str, exchange_id: str, number: str, at: datetime) -> UUID:
        return actions.ring(
            street=street, line=line, exchange_id=exchange_id, number=number, by=_by(street), at=at
        ).pk

    def picked(self, ringing: UUID) -> Picked | None:
        held = Ringing.objects.select_related("call__operator").get(pk=ringing)
        if held.call is None:
            return None
        return Picked(settings.YIMEN_LINE_PHONES.get(held.call.operator.username, ""))

    def recorded(self, ringing: UUID, name: str, at: datetime) -> None:
        held = Ringing.objects.get(pk=ringing)
        if held.call_id:
            actions.link_recording(held.call_id, name=name, by=_by(held.street), at=at)

    def over(self, ringing: UUID) -> bool:
        return not LineCall.objects.filter(ringing=ringing, ended_at=None).exists()

    def gone(self, ringing: UUID, at: datetime) -> None:
        held = Ringing.objects.only("street").get(pk=ringing)
        actions.gone(ringing, street=held.street, by=_by(held.street), at=at)


OPERATORS = Operators()
