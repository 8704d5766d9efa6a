"""A person known in one street and met in another: one record per street, the same document."""

from __future__ import annotations

from datetime import datetime

from yimen.lib.actor import Actor, system
from yimen.people import queries, sealed
from yimen.people.actions.parties import find_or_register
from yimen.people.models import Party


def in_street(party: Party, street: str, *, by: Actor, at: datetime) -> Party:
    """The record of this person in `street`, made from the one at hand when there is none.

    What was handed in here and is accepted there needs it (collected submissions). `by` answers
    for the submission; the record itself follows from it, so no further right is asked.
    """
    if party.street == street:
        return party
    number = sealed.open_document(party)
    known = queries.by_document(street, party.id_type, number) if number else None
    if known is not None:
        return known
    return find_or_register(
        street,
        name=party.name,
        id_type=party.id_type,
        id_number=number,
        sort=party.sort,
        phone=sealed.open_phone(party),
        birth_date=party.birth_date,
        sex=party.sex,
        division=party.division,
        on_name_differs="keep",
        by=system(street, by.name),
        at=at,
    )
