"""A day at windows or telephones played through: people come at given moments, servers open and
close, whoever is free takes the next. Pure; chance is the caller's."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from typing import Any

import simpy


def waits(
    moments: Sequence[float],
    plan: Sequence[tuple[float, int]],
    serve: Callable[[], float],
) -> list[tuple[float, float]]:
    """(came at, waited) of everybody, in seconds. `plan` says from which second on how many serve;
    who is being served when a server closes is served to the end, and the last number stays until
    everybody was."""
    if not plan:
        return []
    env = simpy.Environment(initial_time=min([plan[0][0], *moments[:1]]))
    hall = _Hall(env, serve)
    env.process(hall.doors(moments))
    env.process(hall.shifts(plan))
    env.run()
    return hall.found


class _Hall:
    def __init__(self, env: simpy.Environment, serve: Callable[[], float]) -> None:
        self.env, self.serve = env, serve
        self.waiting: deque[float] = deque()
        self.open = self.busy = 0
        self.found: list[tuple[float, float]] = []

    def doors(self, moments: Sequence[float]) -> Generator[simpy.Event, Any, None]:
        for at in moments:
            yield self.env.timeout(max(0.0, at - self.env.now))
            self.waiting.append(at)
            self.call()

    def shifts(self, plan: Sequence[tuple[float, int]]) -> Generator[simpy.Event, Any, None]:
        for begins, servers in plan:
            yield self.env.timeout(max(0.0, begins - self.env.now))
            self.open = servers
            self.call()

    def call(self) -> None:
        while self.waiting and self.busy < self.open:
            came = self.waiting.popleft()
            self.busy += 1
            self.found.append((came, self.env.now - came))
            self.env.process(self.window())

    def window(self) -> Generator[simpy.Event, Any, None]:
        yield self.env.timeout(self.serve())
        self.busy -= 1
        self.call()
