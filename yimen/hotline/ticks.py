"""What time does on the line: dangers whose outcome nobody knows, answers that want a call back."""

from __future__ import annotations

from datetime import datetime

from yimen.hotline import actions, duty, queries
from yimen.hotline.actions.ringing import LOST_AFTER
from yimen.hotline.models import Recording, Ringing, Transfer
from yimen.lib.actor import system
from yimen.lib.rounds import one_by_one


def transfers(moment: datetime) -> int:
    """Remind of every danger whose outcome is not known, at any hour."""
    due = Transfer.objects.filter(learned_at=None, ask_at__lte=moment).order_by("ask_at")
    return one_by_one(
        "hotline.transfers",
        due[:500],
        lambda t: actions.remind(t.pk, by=system(t.street, "hotline"), at=moment),
    )


def calls_back(moment: datetime) -> int:
    """Plan the call back of whatever was answered by another way than this house's page."""
    rows = queries.decided_uncalled().order_by("taken_at")
    return one_by_one(
        "hotline.calls_back",
        rows[:500],
        lambda r: actions.plan(r.pk, by=system(r.street, "hotline"), at=moment),
    )


def holes(moment: datetime) -> int:
    """Holes in the roster of the coming two weeks, and notes of a shift that the next has not signed:
    each is told once."""
    found = one_by_one(
        "hotline.holes",
        duty.places(),
        lambda place: actions.find_holes(place, by=system(place.street, "hotline"), at=moment),
    )
    return found + one_by_one(
        "hotline.notes",
        duty.places(),
        lambda place: actions.remind_unsigned(place, by=system(place.street, "hotline"), at=moment),
    )


def lost(moment: datetime) -> int:
    """Calls of which the exchange never said how they ended."""
    rows = Ringing.objects.filter(ended_at=None, rang_at__lte=moment - LOST_AFTER)
    return one_by_one(
        "hotline.lost",
        rows.order_by("rang_at")[:500],
        lambda r: actions.lose(r.pk, by=system(r.street, "hotline"), at=moment),
    )


def recordings(moment: datetime) -> int:
    """Recordings whose term is over go, link and file."""
    due = Recording.objects.filter(gone_at=None, delete_at__lte=moment).order_by("delete_at")
    return one_by_one(
        "hotline.recordings",
        due[:500],
        lambda r: actions.forget_recording(r.pk, by=system(r.street, "hotline"), at=moment),
    )


def dispatches(moment: datetime) -> int:
    """Bring dispatches to where the engine's tasks are; take back what nobody signed for in time, at
    any hour. Returns how many moved."""
    moved = one_by_one(
        "hotline.dispatches",
        queries.moved_on()[:500],
        lambda made: actions.catch_up(made.pk, at=moment),
    )
    return moved + one_by_one(
        "hotline.unsigned",
        queries.unsigned(moment)[:500],
        lambda made: actions.lapse(made.pk, at=moment),
    )


def events(moment: datetime) -> int:
    """Nobody is left behind with a first request that ended without its reply."""
    return one_by_one(
        "hotline.events", queries.left_behind()[:100], lambda r: actions.follow(r.pk, at=moment)
    )
