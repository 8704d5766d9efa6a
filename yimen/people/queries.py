"""Questions about people: first of all what an actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Replace
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from yimen.files.models import File
from yimen.ledger.rows import instance
from yimen.lib import text
from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.lib.time import today
from yimen.people import perms, retention, rules, sealed
from yimen.people.models import Account, Disclosure, Mandate, Merge, Party
from yimen.people.retention import Keep


def visible_to(actor: Actor) -> QuerySet[Party]:
    """The records an actor may see: a desk those of its street, a resident the own one and those
    of persons for whom a mandate is held."""
    parties = Party.objects.all()
    if actor.kind == "system":
        return parties
    if perms.may_see_all_of(actor, actor.street):
        return parties.filter(Q(street=actor.street) | Q(pk=actor.party))
    if actor.party is None:
        return parties.none()
    held = mandates_of_agent(actor.party, today()).values("principal")
    return parties.filter(Q(pk=actor.party) | Q(pk__in=held))


def accounts_visible_to(actor: Actor) -> QuerySet[Account]:
    """Administrators see the accounts of their street; everybody else the own one."""
    if actor.kind == "system" or (actor.street == "0" and perms.may_manage_accounts(actor)):
        return Account.objects.all()
    if perms.may_manage_accounts(actor):
        return Account.objects.filter(street=actor.street)
    return Account.objects.filter(pk=actor.account)


# -- which record -------------------------------------------------------------------------

_FOLLOW = """
WITH RECURSIVE up AS (
    SELECT id AS asked, id, merged_into_id FROM people_party WHERE id = ANY(%s)
    UNION ALL
    SELECT up.asked, p.id, p.merged_into_id
    FROM up JOIN people_party p ON p.id = up.merged_into_id
)
SELECT asked, id FROM up WHERE merged_into_id IS NULL
"""
_GATHER = """
WITH RECURSIVE down AS (
    SELECT id FROM people_party WHERE id = %s
    UNION ALL
    SELECT p.id FROM down JOIN people_party p ON p.merged_into_id = down.id
)
SELECT id FROM down
"""


def canonical_many(ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """For each record the one it was merged into in the end (itself when never merged)."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, [list(ids)])
        return dict(cursor.fetchall())


def party_for(actor: Actor, id: UUID) -> Party:
    """The record, followed to where it was merged into; Unseen for who has no desk for it."""
    if not perms.works_with_people(actor):
        raise Unseen("party")
    seen = visible_to(actor).select_related("address", "address__division")
    party = seen.filter(pk=canonical(id)).first()
    if party is None:
        raise Unseen("party")
    return party


def canonical(id: UUID) -> UUID:
    """The living record of a person whose record may have been merged away."""
    return canonical_many([id]).get(id, id)


def records_of(id: UUID) -> list[UUID]:
    """The record and all those merged into it: other houses look cases up by these."""
    with connection.cursor() as cursor:
        cursor.execute(_GATHER, [canonical(id)])
        return [row[0] for row in cursor.fetchall()]


# The records of one person in every street, as parts of a WITH RECURSIVE: `living` is the one that
# `{start}` was merged into in the end, `same` has it, those merged into it, and those of the same
# document.
RECORDS = """
up AS (
    SELECT p.id, p.merged_into_id FROM people_party p WHERE p.id = ({start})
    UNION ALL
    SELECT p.id, p.merged_into_id FROM up JOIN people_party p ON p.id = up.merged_into_id
), living AS (
    SELECT id FROM up WHERE merged_into_id IS NULL
), down AS (
    SELECT p.id, p.id_type, p.id_index FROM living JOIN people_party p ON p.id = living.id
    UNION ALL
    SELECT p.id, p.id_type, p.id_index FROM down JOIN people_party p ON p.merged_into_id = down.id
), same AS (
    SELECT id FROM down
    UNION
    SELECT p.id FROM down JOIN people_party p
    ON p.id_index = down.id_index AND p.id_type = down.id_type
)"""
_SAME = f"WITH RECURSIVE {RECORDS.format(start='%s')} SELECT id FROM same"  # noqa: S608 - constants


def same_person(id: UUID) -> list[UUID]:
    """The records of one person in every street: merged ones, and those of the same document."""
    with connection.cursor() as cursor:
        cursor.execute(_SAME, [id])
        return [row[0] for row in cursor.fetchall()]


def records_of_actor(actor: Actor) -> frozenset[UUID]:
    """Every record of the person who acts; an actor that came with a request knows them."""
    if actor.party is None:
        return frozenset()
    return actor.records or frozenset(same_person(actor.party))


def by_document(street: str, id_type: str, number: str) -> Party | None:
    """The living record with this number in a street, also when a merged one bears it."""
    index = sealed.index_of_document(text.code(number) if id_type != "other" else number)
    return by_index(street, id_type, index)


# with the language of the account, so that a message to the person needs no look-up of its own
_BY_INDEX = """
SELECT row_to_json(p)::text, COALESCE((
    SELECT a.language FROM people_account a WHERE a.party_id = p.id ORDER BY a.id LIMIT 1), '')
FROM people_party p WHERE p.street = %s AND p.id_type = %s AND p.id_index = %s
ORDER BY p.merged_into_id IS NOT NULL LIMIT 1"""


def by_index(street: str, id_type: str, index: bytes) -> Party | None:
    with connection.cursor() as cursor:
        cursor.execute(_BY_INDEX, [street, id_type, index])
        row = cursor.fetchone()
    if row is None:
        return None
    party = instance(Party, orjson.loads(row[0]))
    if party.merged_into_id is not None:
        return Party.objects.get(pk=canonical(party.pk))
    party.account_language = row[1]
    return party


# -- search -------------------------------------------------------------------------------


def search(street: str, typed: str, actor: Actor, limit: int = 30) -> list[Party]:
    """Living records by name (characters or letters), or by a number in full. Parts of numbers
    find nothing: that would make masks guessable."""
    typed = text.squeeze(typed)
    if not typed:
        return []
    seen = visible_to(actor).filter(street=street)
    if rules.looks_like_number(typed):
        return _by_number(seen, typed)
    living = seen.filter(merged_into=None, erased_at=None).order_by("name_key", "id")
    found = living.filter(name__startswith=text.person_name(typed))
    spelled = rules.letters(typed)
    if spelled and not rules.HAN.search(typed):
        key = Replace(F("name_key"), Value(" "), Value(""))
        found = living.annotate(spelled=key).filter(
            Q(spelled__startswith=spelled) | Q(name__istartswith=typed)
        )
    return list(found[:limit])


def _by_number(seen: QuerySet[Party], typed: str) -> list[Party]:
    # the two forms in which a number may have been kept (other documents keep their dashes)
    forms = {text.code(typed), text.squeeze(typed).upper()}
    forms |= {rules.check_document("person", "resident_id", f, today()).number for f in forms}
    match = Q(id_index__in=[sealed.index_of_document(form) for form in forms if form])
    try:
        match |= Q(phone_index=sealed.index_of_phone(rules.phone(typed)))
    except ValueError:
        pass
    found = list(seen.filter(match).order_by("name_key", "id")[:30])
    if all(party.merged_into_id is None for party in found):
        return found
    living = set(canonical_many([party.pk for party in found]).values())
    return list(seen.filter(pk__in=living).order_by("name_key", "id"))


def possible_twins(party: Party) -> list[Party]:
    """Living records that may be the same person: same name, and nothing that says otherwise;
    or the same telephone."""
    same_name = Q(name=party.name)
    if party.birth_date:
        same_name &= Q(birth_date=party.birth_date) | Q(birth_date=None)
    same = same_name
    if party.phone_index:
        same |= Q(phone_index=party.phone_index, sort=party.sort)
    others = Party.objects.filter(
        street=party.street, merged_into=None, erased_at=None, sort=party.sort
    )
    return list(others.filter(same).exclude(pk=party.pk).order_by("name_key", "id")[:10])


# -- numbers for machines that need them (sending a text message) --------------------------


def phone_of(party_id: UUID) -> str:
    """The telephone number to which the system itself sends; never for a screen."""
    party = Party.objects.filter(pk=canonical(party_id)).only("id", "phone_sealed").first()
    return sealed.open_phone(party) if party else ""


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names by record, in one query; a merged record shows the name it was merged into."""
    living = canonical_many(set(ids))
    found = Party.objects.filter(pk__in=set(living.values())).values_list("pk", "name")
    names = dict(found)
    return {asked: names.get(alive, "") for asked, alive in living.items()}


# -- mandates -----------------------------------------------------------------------------


def _valid_on(day: date) -> Q:
    ends = Q(valid_until=None) | Q(valid_until__gte=day)
    return Q(revoked_at=None, valid_from__lte=day) & ends


def mandates_of_agent(agent: UUID, day: date) -> QuerySet[Mandate]:
    return Mandate.objects.filter(_valid_on(day), agent=agent)


def mandate_for(principal: UUID, agent: UUID, matter_code: str, day: date) -> Mandate | None:
    """The mandate by which `agent` may act for `principal` in a matter on a day, if there is."""
    held = Mandate.objects.filter(
        _valid_on(day), principal__in=records_of(principal), agent__in=records_of(agent)
    )
    fitting = (m for m in held.order_by("-valid_from") if rules.covers(m, matter_code, day))
    return next(fitting, None)


def mandate_paper(actor: Actor, id: UUID) -> File | None:
    """The paper of a mandate, for its two sides and for the desks that see either record."""
    held = Mandate.objects.filter(pk=id, file__isnull=False).first()
    if held is None:
        return None
    sides = {held.principal_id, held.agent_id}
    own = actor.party is not None and bool(sides & set(records_of(actor.party)))
    desk = perms.works_with_people(actor) and visible_to(actor).filter(pk__in=sides).exists()
    paper = File.objects.filter(pk=held.file) if held.file else File.objects.none()
    return paper.first() if own or desk else None


def mandates_of(party: Party) -> QuerySet[Mandate]:
    """All mandates that a party gave or holds, the newest first."""
    ids = records_of(party.pk)
    both = Mandate.objects.filter(Q(principal__in=ids) | Q(agent__in=ids))
    return both.select_related("principal", "agent").order_by("-valid_from", "-id")


def own_mandates(party: Party) -> QuerySet[Mandate]:
    """What a person sees of mandates: all that they gave, and those they hold today. When one has
    ended, whom it was for is no longer shown to who held it."""
    ids = records_of(party.pk)
    held = Q(agent__in=ids) & _valid_on(today())
    return mandates_of(party).filter(Q(principal__in=ids) | held)


# -- who looked ---------------------------------------------------------------------------


def disclosures_of(party: Party) -> QuerySet[Disclosure]:
    """Who saw a party's numbers, the newest first."""
    found = Disclosure.objects.filter(party__in=records_of(party.pk))
    return found.select_related("account__party").order_by("-at", "-id")


def disclosures_seen(actor: Actor, party: Party) -> QuerySet[Disclosure]:
    """The same for a desk: without looks for a case that complains of the actor (GOV-3)."""
    rows = disclosures_of(party)
    for path in settings.YIMEN_HIDDEN:
        rows = rows.exclude(about__in=import_string(path)(actor))
    return rows


def merges_of(party: Party) -> QuerySet[Merge]:
    """Merges into this record that can still be undone."""
    return Merge.objects.filter(keep=party, undone_at=None).select_related("drop").order_by("-at")


def card(party: Party) -> dict[str, Any]:
    """What machines and pages may show of a party: names and masks."""
    return {
        "id": party.pk,
        "street": party.street,
        "sort": party.sort,
        "name": party.name,
        "id_type": party.id_type,
        "id_mask": party.id_mask,
        "phone_mask": party.phone_mask,
        "birth_date": party.birth_date,
        "division": party.division,
        "version": party.version,
    }


# -- what must stay, and what goes ---------------------------------------------------------


def kept(party: Party, *, at: datetime) -> list[Keep]:
    """Why a person cannot be erased for now; empty when nothing stands against it."""
    ids = records_of(party.pk)
    found = [keep for holder in retention.holders() for keep in holder.keeps(ids, at=at)]
    if Account.objects.filter(party__in=ids, is_active=True).exclude(kind="resident").exists():
        found.append(Keep("account", _("本人还有工作账号，先停用账号")))
    return found


def everything_of(party: Party) -> dict[str, Any]:
    """What is kept about a person in every house, in plain values, for the person."""
    ids = records_of(party.pk)
    looks = list(disclosures_of(party)[:1000])
    name_seats(looks)
    found: dict[str, Any] = {
        "name": party.name, "id_type": party.id_type, "birth_date": party.birth_date,
        "sex": party.sex, "division": party.division,
        "address": party.address.text if party.address else "", "registered_at": party.created_at,
        "mandates": [
            {
                "capacity": m.capacity, "scope": m.scope, "from": m.valid_from,
                "until": m.valid_until, "revoked_at": m.revoked_at, "given": m.principal_id in ids,
            }
            for m in mandates_of(party)
        ],
        "who_saw_my_numbers": [
            {"at": d.at, "by": d.seen_by, "field": d.field, "reason": d.reason, "about": d.about}
            for d in looks
        ],
    }  # fmt: skip
    for holder in retention.holders():
        found |= holder.tell(ids)
    return found


def name_seats(looks: Iterable[Any]) -> None:
    """Put on each look by which seat of which body it was taken (`seen_by`), in one question to
    the house that knows seats."""
    looks = list(looks)
    seats = import_string(settings.YIMEN_SEATS_HELD)({d.appointment for d in looks} - {None})
    for look in looks:
        who = look.account
        if who and who.party_id == look.party_id:
            look.seen_by = _("本人")
        else:
            look.seen_by = f"{seats.get(look.appointment, '')} {who.called if who else ''}".strip()
