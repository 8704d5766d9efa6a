"""A person is erased (PIPL art. 47): name, numbers and words go, the record stays whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.files.actions import erase as erase_file
from yimen.files.models import File
from yimen.ledger import rows
from yimen.ledger.actions import record
from yimen.lib import text
from yimen.lib.actor import Actor, system
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.ids import new_id
from yimen.people import perms, queries, retention
from yimen.people.models import ERASED_NAME, Account, Binding, Mandate, Merge, Party, Token
from yimen.people.retention import Keep
from yimen.places.actions import forget_address

BATCH = 200


def erase(party: Party, *, reason: str, by: Actor, at: datetime) -> int:
    """Erase a person with every record merged into theirs; how many things went elsewhere.

    Refused with a sentence, and that on record too, while something must stay: what is open, what
    a law keeps, what gives a right. `reason` is on record as its length only: people write names.
    """
    reason = text.squeeze(reason)
    if len(reason) < 2:
        message = _("没有填写删除的原因。")
        wrong = FieldError("reason", message, _("例如：本人书面申请删除。"))
        raise Invalid("reason", message, (wrong,))
    with transaction.atomic():
        party = _locked(party, by)
        kept = queries.kept(party, at=at)
        if not kept:
            return _erase(party, by, at)
        _write_down(party, "erasure_refused", by, at, because=sorted({k.code for k in kept}))
    raise Refused("kept", refusal(kept))


def refusal(kept: list[Keep]) -> str:
    """What stays and why, in one paragraph."""
    return _("还不能删除：%(why)s") % {"why": "；".join(str(k.sentence) for k in kept)}


def _locked(party: Party, by: Actor) -> Party:
    fresh = Party.objects.select_for_update(of=("self",)).get(pk=party.pk)
    if not perms.may_see(by, fresh):
        raise Unseen("party")
    if fresh.erased_at is not None or fresh.merged_into_id:
        raise Refused("erased", _("这份资料已经删除，或已并入另一份。"))
    if not perms.may_erase(by, fresh):
        raise Forbidden("erase", _("只有系统管理员可以按本人申请删除个人资料。"))
    return fresh


def _erase(party: Party, by: Actor, at: datetime) -> int:
    """Everything that the houses hold, then the accounts, then the records themselves."""
    ids = queries.records_of(party.pk)
    count = sum(holder.erase(ids, by=by, at=at) for holder in retention.holders())
    _accounts(ids, by, at)
    _mandates(ids, by, at)
    homes = set(
        Party.objects.filter(pk__in=ids, address__isnull=False).values_list("address", flat=True)
    )
    for id in ids:
        rows.update(Party, {"id": id}, **_nobody(at))
        rows.update(Merge, {"keep_id": id}, before_sealed=b"", reason=ERASED_NAME)
    for home in homes:
        forget_address(home)
    _write_down(party, "erased", by, at, records=len(ids), things=count)
    return count


def _nobody(at: datetime) -> dict[str, Any]:
    """The columns of a record whose person is gone."""
    return {
        "name": ERASED_NAME, "name_key": "", "id_type": Party.IdType.OTHER, "id_sealed": None,
        "id_index": None, "id_mask": "", "birth_date": None, "sex": Party.Sex.UNKNOWN,
        "phone_sealed": None, "phone_index": None, "phone_mask": "", "address_id": None,
        "division": "", "erased_at": at,
    }  # fmt: skip


def _accounts(ids: list[UUID], by: Actor, at: datetime) -> None:
    """Nobody signs in with them any more, and their names are free."""
    from allauth.mfa.models import Authenticator
    from allauth.socialaccount.models import SocialAccount

    Binding.objects.filter(party__in=ids, ended_at=None).update(ended_at=at)
    for account in Account.objects.filter(party__in=ids):
        Authenticator.objects.filter(user=account).delete()
        SocialAccount.objects.filter(user=account).delete()
        Token.objects.filter(account=account, revoked_at=None).update(revoked_at=at)
        rows.update(
            Account, {"id": account.pk}, username=f"erased-{new_id().hex}", password="!",
            is_active=False, locked_at=account.locked_at or at,
            session_epoch=account.session_epoch + 1,
        )  # fmt: skip


def _mandates(ids: list[UUID], by: Actor, at: datetime) -> None:
    """What they gave or held ends, and the paper that was scanned goes."""
    held = Mandate.objects.filter(principal__in=ids) | Mandate.objects.filter(agent__in=ids)
    for mandate in held:
        if mandate.file and (scan := File.objects.filter(pk=mandate.file).first()):
            erase_file(scan, by=by, at=at)
        rows.update(
            Mandate, {"id": mandate.pk}, file=None, revoked_at=mandate.revoked_at or at
        )  # fmt: skip


def _write_down(party: Party, act: str, by: Actor, at: datetime, **data: Any) -> None:
    record(
        street=party.street, stream=f"party:{party.pk}", act=act, by=by, at=at, data=data,
        power=by.power_for(*perms.ERASES),
    )  # fmt: skip


def let_go(at: datetime, *, limit: int = BATCH) -> int:
    """What has been kept long enough goes, at most `limit` of each sort in one run; on record as
    figures by sort."""
    known, went = retention.terms(), {}
    for holder in retention.holders():
        for code in holder.codes:
            done = holder.let_go(code, before=known[code].before(at), at=at, limit=limit)
            if done:
                went[code] = done
    if went:
        record(
            street="0", stream="retention", act="let_go", by=system("0"), at=at, data={"went": went}
        )
    return sum(went.values())
