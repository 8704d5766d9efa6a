"""Who may see and who may publish calendars."""

from __future__ import annotations

from yimen.lib.actor import Actor, Can


def may_see(actor: Actor) -> bool:
    """Everybody who works here."""
    return actor.kind in ("staff", "system")


def may_publish(actor: Actor, place: str) -> bool:
    """The power over calendars, for a place that contains or is this one; a power without a
    place serves every place."""
    if actor.kind == "system":
        return True
    over = [p.place for p in actor.powers if p.can is Can.CALENDAR]
    return any(not held or (place and place.startswith(held)) for held in over)


def may_publish_any(actor: Actor) -> bool:
    """Is there a place whose calendar the actor may publish?"""
    return actor.kind == "system" or actor.can(Can.CALENDAR)
