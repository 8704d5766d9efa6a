"""Who may do what with people's records. Pure predicates on (actor, object)."""

from __future__ import annotations

from yimen.lib.actor import Actor, Can
from yimen.people.models import Account, Mandate, Party

READS = (Can.INTAKE, Can.HANDLE, Can.DECIDE, Can.HEAD, Can.COORDINATE, Can.ADMIN)
WRITES = (Can.INTAKE, Can.HANDLE, Can.COORDINATE, Can.ADMIN)


DESKS = ("staff", "machine")  # a courier or partner handles parcels, not people's records


def works_with_people(actor: Actor) -> bool:
    """Has the actor a desk at which records of people are needed?"""
    return actor.kind == "system" or (actor.kind in DESKS and actor.can(*READS))


def may_register(actor: Actor) -> bool:
    """Intake needs it from everybody who may hand something in: counters, machines, residents."""
    if actor.kind in ("system", "resident"):
        return True
    return actor.kind in DESKS and actor.can(*WRITES)


def may_see(actor: Actor, party: Party) -> bool:
    return may_see_all_of(actor, party.street) or actor.party == party.pk


def may_see_all_of(actor: Actor, street: str) -> bool:
    if actor.kind == "system":
        return True
    return actor.street == street and works_with_people(actor)


def may_edit(actor: Actor, party: Party) -> bool:
    """Desks of the street; the party may keep its own telephone and address up to date."""
    if actor.kind == "system" or (actor.party is not None and actor.party == party.pk):
        return True
    return may_correct(actor, party)


def may_correct(actor: Actor, party: Party) -> bool:
    """Names and numbers are corrected against the paper, which only a desk has seen."""
    if party.erased_at is not None:
        return False
    if actor.kind == "system":
        return True
    return actor.street == party.street and actor.kind in DESKS and actor.can(*WRITES)


def may_merge(actor: Actor, party: Party) -> bool:
    return (
        party.erased_at is None
        and actor.street == party.street
        and actor.can(Can.INTAKE, Can.COORDINATE, Can.ADMIN)
    )


def may_disclose(actor: Actor, party: Party) -> bool:
    """In full: with the power to, in one's street; one's own number always."""
    if party.erased_at is not None:
        return False
    if actor.party is not None and actor.party == party.pk:
        return True
    return actor.street == party.street and actor.can(Can.UNMASK)


ERASES = (Can.ADMIN,)


def may_erase(actor: Actor, party: Party) -> bool:
    """Whoever keeps accounts, on the person's own request; never who works on their cases."""
    if actor.kind == "system":
        return True
    mine = actor.street == party.street and actor.kind == "staff" and actor.can(*ERASES)
    return mine and party.erased_at is None and party.sort == Party.Sort.PERSON


def may_see_terms(actor: Actor) -> bool:
    """How long what is kept, and what is due to go."""
    return actor.kind == "system" or actor.can(Can.ADMIN, Can.AUDIT, Can.DIRECT)


def may_end_mandate(actor: Actor, mandate: Mandate) -> bool:
    """Either side; but nobody lays down a guardianship alone (Civil Code art. 34, 36): a desk that
    has seen the paper enters that it ended."""
    if may_correct(actor, mandate.principal):
        return True
    if mandate.capacity == Mandate.Capacity.GUARDIAN or actor.party is None:
        return False
    return actor.party in (mandate.principal_id, mandate.agent_id)


def may_manage_accounts(actor: Actor, street: str = "") -> bool:
    """Administrators of the street ("0": of every street), and the system itself."""
    if actor.kind == "system":
        return True
    return actor.can(Can.ADMIN) and (not street or actor.street in (street, "0"))


def may_change_password(actor: Actor, account: Account) -> bool:
    return actor.account == account.pk or may_manage_accounts(actor, account.street)


def may_hand_out_binding(actor: Actor, party: Party) -> bool:
    """Who has the person and the document at the desk; a machine has seen neither."""
    return actor.kind == "staff" and may_correct(actor, party)


def may_bind(actor: Actor) -> bool:
    """Residents join the own account to the own record, once."""
    return actor.kind == "resident" and actor.party is None
