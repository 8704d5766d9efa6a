"""People in the search over everything (settings.YIMEN_SEARCH)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from yimen.lib.actor import Actor
from yimen.look.hits import Hit
from yimen.people import perms, queries, rules

MOST = 5


def people(actor: Actor, typed: str) -> list[Hit]:
    """Names and masks; a whole number leads straight to its record."""
    if not perms.works_with_people(actor) or not actor.street:
        return []
    exact = rules.looks_like_number(typed)
    return [
        Hit(
            title=party.name,
            href=reverse("people:party", args=[party.pk]),
            sort=_("人员"),
            text=" ".join(filter(None, (party.id_mask, party.phone_mask))),
            exact=exact,
        )
        for party in queries.search(actor.street, typed, actor, limit=MOST)
    ]
