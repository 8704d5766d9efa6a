"""A whole day in the hall, for tests: machines that give tickets, windows that work on them, each in
a thread of its own on a connection of its own, and a database that goes away under all of them.

Nobody is told what happened to a call that broke off. As at a real counter, whoever sits at the
window looks at who stands there and goes on from that; whoever stood at the machine presses again.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, connections

from yimen.counters import actions, queries
from yimen.counters.models import Ticket, Window
from yimen.lib.actor import ANONYMOUS, Actor
from yimen.lib.errors import Problem, Refused
from yimen.places.models import ServicePoint

DESKS = ("general", "insurance", "civil", "residence", "business", "other")
REASONS = ("", "", "", "", "", "elderly", "disabled")
BROKEN = (DatabaseError, InterfaceError)
# Ends every other connection to this database: what runs in them dies in the middle.
KILL = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'"""


@dataclass
class Hall:
    """One day: who acts, when it began, what everybody was told."""

    point: ServicePoint
    by: Actor
    begins: datetime
    tickets: int
    machines: int
    windows: list[str]
    crashes: tuple[int, ...] = ()  # after so many acknowledged acts
    given: list[str] = field(default_factory=list)  # numbers that a machine printed
    called: list[tuple[str, str]] = field(default_factory=list)  # ticket, window
    wrong: list[str] = field(default_factory=list)
    broken: int = 0
    acts: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.over = threading.Event()  # nobody comes any more
        self.shut = threading.Event()  # and those who are left are midnight's

    # -- the clock and the crash -----------------------------------------------------------------

    def now(self) -> datetime:
        """The day passes with what is done: a full day is eight hours."""
        share = min(1.0, self.acts / (4 * self.tickets))
        return self.begins + timedelta(hours=8 * share)

    def did(self) -> None:
        with self.lock:
            self.acts += 1
            crash = self.acts in self.crashes
        if crash:
            with connections["default"].cursor() as cursor:
                cursor.execute(KILL)

    def persist(self, what: Callable[[], Any]) -> Any:
        """Try until the database is there: None when it broke off and nobody knows."""
        try:
            return what()
        except BROKEN:
            with self.lock:
                self.broken += 1
            for one in connections.all(initialized_only=True):
                one.close()
            return None

    # -- who is there ----------------------------------------------------------------------------

    def machine(self, n: int) -> None:
        luck = random.Random(n)
        share = self.tickets // self.machines + (n < self.tickets % self.machines)
        while share:
            taken = self.persist(
                lambda: actions.take(
                    self.point, by=ANONYMOUS, at=self.now(), desk=luck.choice(DESKS),
                    priority=luck.choice(REASONS),
                )
            )  # fmt: skip
            if taken is None:
                continue
            share -= 1
            with self.lock:
                self.given.append(taken.ticket.number)
            self.did()
            if luck.random() < 0.03:
                self.persist(lambda t=taken.ticket: self.gives_up(t))

    def gives_up(self, ticket: Ticket) -> None:
        with suppress(Refused):  # called meanwhile, or gone
            actions.leave(ticket, by=self.by, at=self.now())
            self.did()

    def window(self, code: str, luck: random.Random) -> None:
        while not self.shut.is_set():
            last = self.over.is_set()
            try:
                busy = self.persist(lambda: self.turn(code, luck))
            except Refused as refusal:  # they gave up on the way, or midnight took them
                if refusal.code == "not_open":  # midnight has closed this window
                    return
                if refusal.code != "nobody_here":
                    raise
                continue
            if busy is False and last:
                return

    def turn(self, code: str, luck: random.Random) -> bool:
        """One step at a window, from what stands there. False when nobody is left to call."""
        here = queries.at_window(Window.objects.get(pk=code))
        if here is None or luck.random() < 0.2:
            called = actions.call_next(code, by=self.by, at=self.now())
            if called is None:
                return self.bring_back(code)
            with self.lock:
                self.called.append((str(called.pk), code))
        else:
            self.work(code, here, luck)
        self.did()
        return True

    def work(self, code: str, here: Ticket, luck: random.Random) -> None:
        how: dict[str, Any] = {"by": self.by, "at": self.now()}
        if here.state == "serving":
            actions.finish(code, **how)
        elif (luck.random() < 0.1 and here.returns == 0) or here.calls > 1:
            for _ in range(here.calls, 3):
                actions.recall(code, **how)
            actions.no_show(code, **how)
            if here.returns == 0 and luck.random() < 0.5:
                actions.come_back(here.pk, **how)
        elif luck.random() < 0.07:
            actions.hold(code, **how)
        elif luck.random() < 0.07:
            actions.transfer(code, desk=luck.choice(DESKS), **how)
        else:
            actions.serve(code, **how)

    def bring_back(self, code: str) -> bool:
        """Whoever was set aside comes back when nobody else waits."""
        held = queries.open_tickets(self.point).filter(state="held").first()
        if held is None:
            return False
        with suppress(Problem):  # another window was quicker
            actions.resume(code, held.pk, by=self.by, at=self.now())
            actions.finish(code, by=self.by, at=self.now())
        return True

    # -- the day ---------------------------------------------------------------------------------

    def run(self, midnight: Callable[[], None] | None = None, late: int = 0) -> None:
        """Everybody at work until nobody waits; with `midnight`, that runs while the windows still
        work, as soon as at most `late` are left."""
        machines = [self._thread(self.machine, n) for n in range(self.machines)]
        windows = [self._thread(self.window, code, random.Random(code)) for code in self.windows]
        for thread in machines + windows:
            thread.start()
        for thread in machines:
            thread.join()
        self.over.set()
        if midnight:
            while (self.persist(self._waiting) or 0) > late or not self._all_crashes_happened():
                time.sleep(0.05)
            while self.persist(lambda: midnight() or True) is None:
                pass
            self.shut.set()
        for thread in windows:
            thread.join()

    def _waiting(self) -> int:
        return Ticket.objects.filter(centre=self.point, state="waiting").count()

    def _all_crashes_happened(self) -> bool:
        return all(self.acts >= n for n in self.crashes)

    def _thread(self, what: Callable[..., None], *args: Any) -> threading.Thread:
        def safely() -> None:
            try:
                what(*args)
            except Exception as error:
                self.wrong.append(f"{what.__name__}: {error!r}")
            finally:
                for one in connections.all(initialized_only=True):
                    one.close()

        return threading.Thread(target=safely, daemon=True)
