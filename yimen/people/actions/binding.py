"""Join a resident's account to the record of the person, by a code that a desk handed out.

Whoever looks into a document hands the paper to the person in front of it: that, and nothing that
can be known from afar, is the proof (docs/decisions/0020). A wrong code, a wrong number, an old
paper and a record that does not exist get one and the same answer.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.ledger import rows
from yimen.ledger.actions import record
from yimen.lib import text
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.ids import new_id
from yimen.people import perms, queries, rules, sealed
from yimen.people.actions.parties import lock_party, stream_of
from yimen.people.models import Account, Binding, Party


@transaction.atomic
def hand_out_binding(party: Party, *, by: Actor, at: datetime) -> str:
    """A fresh code in clear text, for this once; an earlier paper is worth nothing from now on."""
    party = lock_party(party)
    if not perms.may_see(by, party):
        raise Unseen("party")
    if not perms.may_hand_out_binding(by, party):
        raise Forbidden("binding", _("绑定单由窗口核对本人证件后打印。"))
    if party.sort != Party.Sort.PERSON:
        raise Refused("binding", _("网上账号只绑定自然人；单位由经办人凭委托办理。"))
    Binding.objects.filter(party=party, ended_at=None).update(ended_at=at)
    code, id = rules.new_binding_code(), new_id()
    Binding.objects.create(
        id=id,
        street=party.street,
        party=party,
        digest=sealed.index_of_code(code),
        issued_at=at,
        expires_at=at + rules.CODE_LIVES,
    )
    _write_down("binding_handed_out", party, by, at, binding=str(id))
    return code


def bind(code: str, number: str, *, by: Actor, at: datetime) -> Party:
    """Join the account of `by` to the person with this document number who was handed this code.
    Other accounts of residents that were joined to the record before are let go."""
    if by.party is not None:
        raise Refused("bound", _("这个账号已经和您的资料连起来了。"))
    if not perms.may_bind(by):
        raise Forbidden("bind", _("只有居民账号可以绑定本人资料。"))
    found = _bind(text.code(code), number, by, at)
    if found is None:
        message = _("证件号码和绑定码对不上，或者绑定码已经过期、用过。")
        remedy = _("请对照绑定单和证件核对；仍然不行的，请到窗口重新打印一张。")
        raise Invalid("bind", f"{message}{remedy}", (FieldError("code", message, remedy),))
    return found


@transaction.atomic
def _bind(code: str, number: str, by: Actor, at: datetime) -> Party | None:
    """None when anything is wrong; what was wrong about a right code is kept all the same."""
    live = Binding.objects.select_for_update(of=("self",)).select_related("party")
    paper = live.filter(digest=sealed.index_of_code(code), ended_at=None, expires_at__gt=at).first()
    if paper is None:
        return None
    party = Party.objects.select_for_update().get(pk=queries.canonical(paper.party_id))
    if not _is_of(party, number):
        _strike(paper, party, by, at)
        return None
    account = Account.objects.select_for_update().get(pk=by.account)
    if account.party_id is not None:  # bound in another window meanwhile
        raise Refused("bound", _("这个账号已经和您的资料连起来了。"))
    rows.update(Binding, {"id": paper.pk}, ended_at=at, account_id=account.pk)
    _let_go(party, by, at)
    rows.update(Account, {"id": account.pk}, party_id=party.pk, street=party.street)
    _write_down("account_bound", party, by, at, binding=str(paper.pk), account=str(account.pk))
    return party


def _is_of(party: Party, number: str) -> bool:
    """The number of the record's document; who has no document gives the name."""
    if party.id_index is None:
        return rules.same_name(party.name, number)
    plain = text.code(number) if party.id_type != "other" else text.squeeze(number).upper()
    return hmac.compare_digest(sealed.index_of_document(plain), bytes(party.id_index))


def _strike(paper: Binding, party: Party, by: Actor, at: datetime) -> None:
    """The code was right and the number was not: somebody may have found the paper."""
    failures = paper.failures + 1
    ended = at if failures >= rules.CODE_FAILURES else None
    rows.update(Binding, {"id": paper.pk}, failures=failures, ended_at=ended)
    _write_down("binding_failed", party, by, at, binding=str(paper.pk), failures=failures)


def _let_go(party: Party, by: Actor, at: datetime) -> None:
    """One person, one account: whoever lost the password opens another one, and the old ends."""
    held = Account.objects.select_for_update().filter(
        party__in=queries.records_of(party.pk), kind=Account.Kind.RESIDENT
    )
    for old in held:
        rows.update(Account, {"id": old.pk}, party_id=None)
        _write_down("account_let_go", party, by, at, account=str(old.pk))


def _write_down(act: str, party: Party, by: Actor, at: datetime, **data: object) -> None:
    record(
        street=party.street,
        stream=stream_of(party),
        act=act,
        by=by,
        at=at,
        data=dict(data),
        power=by.power_for(*perms.WRITES),
    )
