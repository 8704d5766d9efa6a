"""What a call needs of the rest of the house, done in a few threads: a slow database must never
make thirty other callers hear gaps.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import replace
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from yimen.bodies import gateway
from yimen.lib.actor import system
from yimen.lib.errors import Invalid, Problem, Unseen
from yimen.lib.time import local, now
from yimen.look.throttle import TooMany
from yimen.phone import actions, queries
from yimen.phone.rules import (
    Desk,
    Not,
    Prompt,
    PutThrough,
    State,
    Taken,
    Told,
    Untaken,
    Untold,
)  # fmt: skip
from yimen.phone.sounds import Sound, Sounds
from yimen.phone.wording import SPOKEN, spoken_hours
from yimen.places.models import ServicePoint
from yimen.places.queries import is_open_at

log = logging.getLogger("yimen.phone")
THREADS = 8
DEADLINE_S = 15.0
DATABASE = (DatabaseError, InterfaceError)
T = TypeVar("T")


class Office:
    """The threads, and what is done in them."""

    def __init__(self, sounds: Sounds, threads: int = THREADS) -> None:
        self.sounds = sounds
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="phone")

    async def do(self, work: Callable[..., T], *args: Any) -> T:
        """`work(*args)` in a thread; TimeoutError when it takes too long to wait on a telephone."""
        loop = asyncio.get_running_loop()
        here = copy_context()  # the clock of a test, the language
        running = loop.run_in_executor(self.pool, here.run, _apart, work, args)
        return await asyncio.wait_for(running, DEADLINE_S)

    async def sound(self, prompts: tuple[Prompt, ...]) -> list[Sound]:
        """Ready ones at once, the others from a thread."""
        if any(prompt.code == "greeting" for prompt in prompts):
            with suppress(TimeoutError):  # nobody can be asked in time: the plain greeting
                prompts = await self.do(_named, prompts)
        return await asyncio.get_running_loop().run_in_executor(self.pool, self.sounds.of, prompts)

    def close(self) -> None:
        self.pool.shutdown(wait=True, cancel_futures=True)

    # --- in the threads -----------------------------------------------------------------------

    def centre(self, dialled: str) -> ServicePoint | None:
        return queries.centre_of_line(dialled)

    def look_up(self, origin: str, state: State) -> Told | Untold:
        """The answer in sentences; what cannot be said in words is not given in tones."""
        try:
            told: Told = import_string(settings.YIMEN_LINE_ENQUIRY)(
                origin, state.number, state.code
            )
        except Unseen:
            return Untold(Not.FOUND)
        except TooMany:
            return Untold(Not.YET)
        if not self.sounds.says(told.sentences):
            log.error("an answer cannot be spoken: neither a recording nor espeak-ng")
            return Untold(Not.ABLE)
        return told

    def desk(self, centre: ServicePoint) -> PutThrough:
        """May one be put through now? BUSY stands for yes, until somebody answers."""
        if not is_open_at(centre, now()):
            return PutThrough(Desk.CLOSED, spoken_hours(centre))
        return PutThrough(Desk.BUSY if settings.YIMEN_PHONE_DESK else Desk.NONE)

    def call_back(
        self, number: str, entry: actions.Log, about: str, wish: str = ""
    ) -> Taken | Untaken:
        centre = ServicePoint.objects.get(pk=entry.centre)
        try:
            owed = actions.ask_back(
                number, centre=centre, call=entry.id if entry.written else None, about=about,
                wish=wish, by=system(centre.street, "phone"), at=now(),
            )  # fmt: skip
        except Invalid:
            return Untaken(again=True)
        except Problem as problem:
            log.warning("a call back was refused: %s", problem.code)
            return Untaken()
        return Taken(owed.question, local(owed.due_at).date().isoformat())


def _named(prompts: tuple[Prompt, ...]) -> tuple[Prompt, ...]:
    """The greeting says the name that the street gave its line; the plain one, of which there may
    be a recording, where it gave none or nobody can be asked."""
    try:
        given = gateway.of("")
    except DATABASE:
        return prompts
    if given is None:
        return prompts
    with override(SPOKEN):
        words = _("您好，这里是%(name)s的自动查询电话，可以查询办件的进度。") % {"name": given.name}
    return tuple(replace(p, text=words) if p.code == "greeting" else p for p in prompts)


def _apart(work: Callable[..., T], args: tuple[Any, ...]) -> T:
    """In a thread of its own connection, which goes back to the pool afterwards."""
    try:
        return work(*args)
    finally:
        connections.close_all()
