"""Two records of one person become one, and two again when that was a mistake."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.ledger import rows
from yimen.ledger.actions import record
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.ids import new_id
from yimen.people import perms, rules, sealed
from yimen.people.models import Merge, Party

TAKABLE = ("name", "document", "phone", "birth_date", "sex", "division", "address")


def _lock_both(keep: Party, drop: Party) -> tuple[Party, Party]:
    """Both rows, always locked in the order of their ids, so that two merges cannot deadlock."""
    pair = Party.objects.select_for_update(of=("self",)).filter(pk__in=[keep.pk, drop.pk])
    found = {party.pk: party for party in pair.order_by("pk")}
    return found[keep.pk], found[drop.pk]


def _check(keep: Party, drop: Party, taken: Collection[str], decided: bool, by: Actor) -> None:
    if not (perms.may_see(by, keep) and perms.may_see(by, drop)):
        raise Unseen("party")
    if not perms.may_merge(by, keep):
        raise Forbidden("merge", _("您的岗位不能合并资料。"))
    if keep.pk == drop.pk or keep.street != drop.street or keep.sort != drop.sort:
        raise Refused("not_a_pair", _("只能合并同一街道、同一类的两份不同资料。"))
    if keep.erased_at or drop.erased_at:
        raise Refused("erased", _("其中一份已按本人申请删除，不能再合并。"))
    if keep.merged_into_id or drop.merged_into_id:
        raise Refused("merged", _("其中一份已经并入别的资料。请刷新后再看。"))
    same_kind = keep.id_type == drop.id_type and keep.id_index and drop.id_index
    if same_kind and not decided:
        sentence = _("两份资料有同一种证件而号码不同，可能是两个人。请核对原件，再选定用哪个号码。")
        raise Refused("two_numbers", sentence)
    unknown = set(taken) - set(TAKABLE)
    if unknown:
        raise Invalid("taken", _("没有这一项：%(field)s。") % {"field": sorted(unknown)[0]})


def _columns(keep: Party, drop: Party, taken: Collection[str]) -> dict[str, Any]:
    """What the kept record takes over from the other one."""
    found: dict[str, Any] = {}
    if "name" in taken:
        found["name"] = drop.name
        found["name_key"] = rules.name_key(drop.name, person=drop.sort == "person")
    if "document" in taken:
        found["id_type"] = drop.id_type
        found.update(sealed.document_columns(keep.pk, sealed.open_document(drop)))
    if "phone" in taken:
        found.update(sealed.phone_columns(keep.pk, sealed.open_phone(drop)))
    found.update({n: getattr(drop, n) for n in ("birth_date", "sex", "division") if n in taken})
    if "address" in taken:
        found["address_id"] = drop.address_id
    return found


def _snapshot(party: Party) -> str:
    """The record as it was, for an undo. It is sealed: it holds numbers."""
    return json.dumps(
        {
            "name": party.name,
            "id_type": party.id_type,
            "id_number": sealed.open_document(party),
            "phone": sealed.open_phone(party),
            "birth_date": party.birth_date.isoformat() if party.birth_date else None,
            "sex": party.sex,
            "division": party.division,
            "address_id": str(party.address_id) if party.address_id else None,
        }
    )


def _restored(party: Party, held: dict[str, Any], taken: Collection[str]) -> dict[str, Any]:
    """Only what the merge had taken over; later changes of other fields stay."""
    born = held["birth_date"]
    key = rules.name_key(held["name"], person=party.sort == "person")
    number = sealed.document_columns(party.pk, held["id_number"])
    groups: dict[str, dict[str, Any]] = {
        "name": {"name": held["name"], "name_key": key},
        "document": {"id_type": held["id_type"], **number},
        "phone": sealed.phone_columns(party.pk, held["phone"]),
        "birth_date": {"birth_date": date.fromisoformat(born) if born else None},
        "sex": {"sex": held["sex"]},
        "division": {"division": held["division"]},
        "address": {"address_id": held["address_id"]},
    }
    return {name: value for group in taken for name, value in groups[group].items()}


def _about(merge: Any) -> str:
    return f"people.merge:{merge}:before"


@transaction.atomic
def merge(
    keep: Party,
    drop: Party,
    *,
    reason: str,
    take: Collection[str] = (),
    number_decided: bool = False,
    by: Actor,
    at: datetime,
) -> Merge:
    """Make `drop` point to `keep`, which takes over the fields named in `take` (of TAKABLE).

    Two different numbers of one kind of document mean two persons until somebody has looked at
    the originals and says so (`number_decided`).
    """
    keep, drop = _lock_both(keep, drop)
    _check(keep, drop, take, number_decided, by)
    reason = reason.strip()
    if not reason:
        wrong = FieldError("reason", _("没有填写合并的原因。"), _("请写明怎么知道是同一个人。"))
        raise Invalid("reason", _("还没有合并。"), (wrong,))
    id = new_id()
    before = sealed.seal_text(_snapshot(keep), _about(id))
    # the dropped row first: its number must be free before the kept row can take it
    rows.update(Party, {"id": drop.pk}, merged_into_id=keep.pk, version=drop.version + 1)
    changes = _columns(keep, drop, take)
    rows.update(Party, {"id": keep.pk}, **changes, version=keep.version + 1)
    done = Merge.objects.create(
        id=id,
        street=keep.street,
        keep=keep,
        drop=drop,
        taken=sorted(take),
        before_sealed=before,
        reason=reason[:200],
        account_id=by.account,
        at=at,
    )
    _write_down("merged", keep, drop, done, by, at)
    return done


@transaction.atomic
def unmerge(merge: Merge, *, by: Actor, at: datetime) -> tuple[Party, Party]:
    """Undo the newest merge into a record: both records are as they were before it."""
    done = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    keep, drop = _lock_both(done.keep, done.drop)
    if not perms.may_see(by, keep):
        raise Unseen("merge")
    if not perms.may_merge(by, keep):
        raise Forbidden("merge", _("您的岗位不能合并资料。"))
    later = Merge.objects.filter(keep=keep, undone_at=None, at__gt=done.at)
    if keep.erased_at:
        raise Refused("erased", _("这份资料已按本人申请删除，不能再恢复。"))
    if done.undone_at or keep.merged_into_id or later.exists():
        raise Refused("not_newest", _("只能撤销最近一次、还没有撤销的合并。"))
    held = json.loads(sealed.open_text(done.before_sealed, _about(done.pk)))
    back = _restored(keep, held, done.taken)
    rows.update(Party, {"id": keep.pk}, **back, version=keep.version + 1)
    rows.update(Party, {"id": drop.pk}, merged_into_id=None, version=drop.version + 1)
    rows.update(Merge, {"id": done.pk}, undone_at=at)
    _write_down("unmerged", keep, drop, done, by, at)
    keep.refresh_from_db()
    drop.refresh_from_db()
    return keep, drop


def _write_down(act: str, keep: Party, drop: Party, done: Merge, by: Actor, at: datetime) -> None:
    power = by.power_for(*perms.WRITES)
    for party, other in ((keep, drop), (drop, keep)):
        data = {"merge": str(done.pk), "other": str(other.pk), "kept": str(keep.pk)}
        record(
            street=party.street, stream=f"party:{party.pk}", act=act, by=by, at=at, data=data,
            power=power,
        )  # fmt: skip
