"""The rule that a complaint is never handled by, shown to or counted for those complained of.
Pure, and the one place where it stands; lists and counts ask the same of the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a complaint concerns: bodies that are avoided, and the accounts meant."""

    avoid: frozenset[UUID]
    accused: frozenset[UUID] = frozenset()


def conflicted(account: UUID | None, bodies: Collection[UUID], named: Named) -> bool:
    """Does it concern somebody: the person meant, wherever they sit by now, or a colleague of the
    centre complained of?"""
    return account in named.accused or bool(named.avoid & set(bodies))


def may_handle(
    account: UUID | None,
    bodies: Collection[UUID],
    working: Collection[UUID],
    handling: UUID,
    named: Named,
) -> bool:
    """Works for the body that handles it (`working`: the bodies for which they hold a working
    power; `bodies`: all of theirs) and has no part in it."""
    return handling in working and not conflicted(account, bodies, named)


def counts_for(account: UUID | None, named: Named, *, answered: bool) -> bool:
    """Is it in the figures that who runs the centre reads? Not their own; and one of which nobody
    knows yet whom it means could be their own, so it is not counted before it is answered."""
    return account not in named.accused and (bool(named.accused) or answered)
