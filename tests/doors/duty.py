"""What the town has of the line's telephone and roster."""

from __future__ import annotations

from typing import Any

from tests.cast import STREET, account, actor
from yimen.lib import time
from yimen.lib.actor import system


def duty(town: Any) -> dict[str, Any]:
    """A roster; a call that rings, one that gave up, one that was recorded."""
    from tests.hotline import line
    from yimen.hotline import actions
    from yimen.hotline.models import HelpRequest

    at, by = time.now(), system(STREET, "phone")
    _place, post, shifts = line.set_up()
    line.fill(account("clerk"), post, shifts["early"], at.date(), 2)

    def rings(name: str, number: str) -> Any:
        return actions.ring(
            street=STREET, line="one", exchange_id=name, number=number, by=by, at=at
        )

    gone, talked, now = (rings(f"door{n}", f"1990000018{n}") for n in range(3))
    actions.gone(gone.pk, street=STREET, by=by, at=at)
    call = actions.pick_up(talked.pk, by=actor("clerk"), at=at)
    recording = actions.link_recording(call.pk, name="door.wav", by=by, at=at)
    actions.hang_up(call, outcome="wrong", by=actor("clerk"), at=at)
    return {
        "rings": now.pk, "gave_up": gone.pk, "recording": recording.pk,
        "dialled": HelpRequest.objects.filter(call_back_at__isnull=False).first().pk,  # type: ignore[union-attr]
    }  # fmt: skip


def samples(town: Any, one: Any) -> dict[str, Any]:
    return {
        "hotline:ring_up": one(account("director").pk, data={"reason": "queue"}),
        "hotline:pick_up": one(town["rings"]),
        "hotline:call_missed": one(town["gave_up"]),
        "hotline:recording": one(town["recording"], data={"reason": "核对地址"}),
        "hotline:dial": one(town["dialled"]),
        "hotline:join": one(town["danger"]),
    }
