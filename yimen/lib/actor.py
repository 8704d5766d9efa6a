"""Who acts, and by which powers: a frozen value that every permission asks.

`bodies.queries.actor_for` makes one per request from the seats held on that day; background
work uses `system()`. Nothing in it is personal data: identifiers and codes only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from uuid import UUID


class Can(StrEnum):
    """Powers that a seat can carry. A power is always *of a body* and *over a place*."""

    INTAKE = "intake"  # take submissions at a centre's counter
    HANDLE = "handle"  # work the tasks of one's body
    DECIDE = "decide"  # decide as lead, accept or not accept
    HEAD = "head"  # head of a body: reassign, approve extensions, answer for its overdue cases
    DIRECT = "direct"  # direct a centre: its board, its urging, its hall
    COORDINATE = "coordinate"  # own the hand-over between front and back office
    SUPERVISE = "supervise"  # conduct supervisors: read figures and redacted cases, ask questions
    AUDIT = "audit"  # read every act and prove the chain
    CATALOGUE = "catalogue"  # draft and publish matters
    CALENDAR = "calendar"  # publish calendars and rule profiles
    ADMIN = "admin"  # accounts, seats, appointments, settings
    SERVE = "serve"  # do the jobs that are given to one's partner unit, and see nothing else
    UNMASK = "unmask"  # see a number in full, with a reason, on record


@dataclass(frozen=True, slots=True)
class Power:
    """One power: what, of which body, over which place (a division code prefix), by which
    appointment. `place` "" means everywhere in the actor's street; `deputy` marks a cover."""

    can: Can
    body: UUID
    place: str
    appointment: UUID
    deputy: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """The value that all `perms` and `visible_to` ask. `account` is None for the system and for
    somebody not signed in; `street` is the 9-digit code of the actor's street ("" for none)."""

    kind: str  # staff | resident | partner | machine | system | anonymous
    account: UUID | None = None
    party: UUID | None = None
    name: str = ""  # user name, never a person's name
    street: str = ""
    powers: frozenset[Power] = frozenset()
    records: frozenset[UUID] = frozenset()  # all of the person's records, `party` among them

    @property
    def signed_in(self) -> bool:
        return self.account is not None

    def bodies(self, *cans: Can) -> frozenset[UUID]:
        """The bodies for which the actor holds one of `cans` (any power when none is named)."""
        return _bodies(self.powers, cans)

    def sides(self) -> frozenset[UUID]:
        """What a complaint may be about so that it is about the actor: the bodies where they sit, and
        themselves."""
        return self.bodies() | ({self.account} if self.account else set())

    def can(self, *cans: Can, body: UUID | None = None) -> bool:
        """Does the actor hold one of `cans` (for `body`, when given)?"""
        return any(p.can in cans and (body is None or p.body == body) for p in self.powers)

    def power_for(self, *cans: Can, body: UUID | None = None) -> Power | None:
        """The power by which the actor would act, for the record; own seats before deputies."""
        found = [p for p in self.powers if p.can in cans and (body is None or p.body == body)]
        return min(found, key=lambda p: (p.deputy, str(p.appointment)), default=None)


@lru_cache(maxsize=4096)
def _bodies(powers: frozenset[Power], cans: tuple[Can, ...]) -> frozenset[UUID]:
    return frozenset(p.body for p in powers if not cans or p.can in cans)


ANONYMOUS = Actor(kind="anonymous")


def system(street: str = "", name: str = "system") -> Actor:
    """The actor of ticks and errands: sees everything, decides nothing that needs a person."""
    return Actor(kind="system", street=street, name=name)
