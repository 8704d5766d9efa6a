"""Register, keep up to date, correct and disclose a party's record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yimen.ledger import rows
from yimen.ledger.actions import begin, record
from yimen.ledger.rows import Sheet
from yimen.ledger.together import together
from yimen.lib import text
from yimen.lib.actor import Actor, Can
from yimen.lib.documents import Finding
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Stale, Unseen
from yimen.lib.ids import new_id
from yimen.people import perms, queries, rules, sealed
from yimen.people.models import Disclosure, Party
from yimen.places.actions import keep_address

FIELD_LONG = 70
DISCLOSABLE = {"id_number": sealed.open_document, "phone": sealed.open_phone}


def stream_of(party: Party) -> str:
    return f"party:{party.pk}"


def lock_party(party: Party, version: int | None = None) -> Party:
    """The row as it is now, locked; Stale when the reader saw another version."""
    fresh = Party.objects.select_for_update(of=("self",)).get(pk=party.pk)
    if version is not None and fresh.version != version:
        raise Stale("party", _("这份资料刚被别人改过。请看一下最新内容再改。"))
    if fresh.erased_at is not None:
        raise Refused("erased", _("这份资料已按本人申请删除，不能再办理。"))
    if fresh.merged_into_id:
        raise Refused("merged", _("这份资料已并入另一份。请在保留的那份上办理。"))
    return fresh


# -- what was given -----------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """Cleaned facts about a party that somebody wants registered."""

    sort: str
    name: str
    id_type: str
    number: str
    phone: str
    birth_date: date | None
    sex: str


def _problems(field: str, found: Iterable[Finding]) -> list[FieldError]:
    return [FieldError(field, item.message, item.remedy) for item in found]


def clean_phone(typed: str, wrong: list[FieldError]) -> str:
    try:
        return rules.phone(typed)
    except ValueError:
        remedy = _("请填 11 位手机号，或带区号的固定电话。")
        wrong.append(FieldError("phone", _("这不是一个电话号码。"), remedy))
        return ""


def _clean(
    sort: str,
    name: str,
    id_type: str,
    id_number: str,
    phone: str,
    birth_date: date | None,
    sex: str,
    on: date,
) -> Given:
    wrong: list[FieldError] = []
    name = text.person_name(name)
    if not name:
        wrong.append(FieldError("name", _("没有填写姓名或名称。"), _("请按证件原件填写。")))
    if id_type not in Party.IdType.values:
        wrong.append(FieldError("id_type", _("没有这种证件。"), _("请从列表里选择。")))
        raise Invalid("party", _("有一项填错了。"), tuple(wrong))
    verdict = rules.check_document(sort, id_type, id_number, on)
    wrong += _problems("id_number", verdict.problems)
    number = clean_phone(phone, wrong)
    if birth_date and birth_date > on:
        wrong.append(FieldError("birth_date", _("出生日期在今天之后。"), _("请核对证件原件。")))
    if wrong:
        raise Invalid("party", _("资料没有填对，还没有登记。"), tuple(wrong))
    told = rules.SEX_CODES[verdict.sex.value]
    return Given(
        sort, name, id_type, verdict.number, number, verdict.birth or birth_date,
        told if told != "0" else sex,
    )  # fmt: skip


# -- register -----------------------------------------------------------------------------


@together()
def find_or_register(
    street: str,
    *,
    name: str,
    id_type: str,
    id_number: str = "",
    sort: str = "",
    phone: str = "",
    birth_date: date | None = None,
    sex: str = "0",
    division: str = "",
    address: Mapping[str, str] | None = None,
    on_name_differs: str = "refuse",
    by: Actor,
    at: datetime,
    into: Sheet | None = None,
) -> Party:
    """The record of this person or organisation in `street`; made when there is none. The entry
    that tells of a new one goes out with the sheet `into`, when that is given.

    The same number under another name is refused with a sentence; after looking at the paper the
    caller decides: `on_name_differs` "keep" (what was typed was wrong) or "correct" (the record
    was wrong; written down as a correction). Two callers at once get one record.
    """
    if not perms.may_register(by):
        raise Forbidden("register", _("您的岗位不能登记人员。"))
    sort = sort or ("organisation" if id_type == "uscc" else "person")
    given = _clean(sort, name, id_type, id_number, phone, birth_date, sex, at.date())
    found = _find(street, given)
    if found is None:
        found = _insert(street, given, division, address, by, at, into)
        if found is not None:
            return found
        # somebody else registered the same number in between: theirs counts
        found = _find(street, given)
        assert found is not None
    return _agree(found, given, division, on_name_differs, by, at)


def register(street: str, **facts: Any) -> Party:
    """The same under the name that pages use."""
    return find_or_register(street, **facts)


def register_at_number(known: Party, name: str, *, by: Actor, at: datetime) -> Party:
    """Somebody who rings from the telephone of `known` says another name: a record of their own with
    the same number, which nobody sees on the way."""
    number = sealed.open_phone(known)
    return find_or_register(
        known.street, name=name, id_type=Party.IdType.OTHER, phone=number, by=by, at=at
    )


def _find(street: str, given: Given) -> Party | None:
    if given.number:
        index = sealed.index_of_document(given.number)
        return queries.by_index(street, given.id_type, index)
    if not given.phone:
        return None  # a bare name says nothing about who it is
    return Party.objects.filter(
        street=street,
        sort=given.sort,
        name=given.name,
        id_index=None,
        phone_index=sealed.index_of_phone(given.phone),
        birth_date=given.birth_date,
        merged_into=None,
    ).first()


def _insert(
    street: str,
    given: Given,
    division: str,
    address: Mapping[str, str] | None,
    by: Actor,
    at: datetime,
    into: Sheet | None,
) -> Party | None:
    """Write the new row; None when another transaction was first."""
    id = new_id()
    home = keep_address(street, address, division=division) if address else None
    row = {
        "id": id,
        "street": street,
        "sort": given.sort,
        "name": given.name,
        "name_key": rules.name_key(given.name, person=given.sort == "person"),
        "id_type": given.id_type,
        "birth_date": given.birth_date,
        "sex": given.sex,
        "division": division,
        "address_id": home.pk if home else None,
        "created_at": at,
        **sealed.document_columns(id, given.number),
        **sealed.phone_columns(id, given.phone),
    }
    if not rows.insert(Party, [row], ignore_conflict=True, returning="id"):
        if home:
            home.delete()
        return None
    data = {"sort": given.sort, "id_type": given.id_type, "division": division}
    begin(street=street, stream=f"party:{id}", act="registered", by=by, at=at, data=data, into=into)
    made = rows.made(Party, row)
    made.account_language = ""
    return made


def _agree(
    party: Party, given: Given, division: str, on_name_differs: str, by: Actor, at: datetime
) -> Party:
    """Bring a known record and what was given together."""
    if not rules.same_name(party.name, given.name):
        if on_name_differs == "refuse":
            raise name_differs(party, by)
        if on_name_differs == "correct":
            party = correct_name(party, given.name, reason="intake", by=by, at=at)
    changes: dict[str, Any] = {}
    # a desk learns a new telephone from the person; a form sent by others only fills a gap
    trusted = by.kind in ("staff", "system") or by.party == party.pk
    if given.phone and (trusted or not party.phone_index):
        columns = sealed.phone_columns(party.pk, given.phone)
        if columns["phone_index"] != _raw(party.phone_index):
            changes.update(columns)
    if division and not party.division:
        changes["division"] = division
    if given.birth_date and not party.birth_date:
        changes["birth_date"] = given.birth_date
    return _save(party, changes, "details_updated", by, at) if changes else party


def name_differs(party: Party, by: Actor) -> Invalid:
    """The refusal: a desk is told the name on record, so that it can compare with the card."""
    if by.kind == "staff" and perms.may_see(by, party):
        message = _("这个号码已登记在“%(name)s”名下。") % {"name": party.name}
        remedy = _("请核对证件原件：录错了就改姓名，登记有误就选“更正登记的姓名”。")
    else:
        message = _("姓名与这个号码登记的姓名不一致。")
        remedy = _("请核对姓名和号码；都没有错的，请带证件到窗口更正。")
    detail = _("姓名和证件号码对不上，还没有登记。")
    return Invalid("name_differs", detail, (FieldError("name", message, remedy),))


def _raw(value: bytes | memoryview | None) -> bytes | None:
    return bytes(value) if value is not None else None


def _save(
    party: Party, changes: Mapping[str, Any], act: str, by: Actor, at: datetime, **data: Any
) -> Party:
    """Write `changes`, raise the version, append to the ledger which columns changed."""
    rows.update(Party, {"id": party.pk}, **changes, version=party.version + 1)
    named = sorted({name.removesuffix("_id") for name in changes if name not in _QUIET})
    record(
        street=party.street,
        stream=stream_of(party),
        act=act,
        by=by,
        at=at,
        data={"fields": named, **data},
        power=by.power_for(*perms.WRITES),
    )
    party.refresh_from_db()
    return party


_QUIET = {"id_sealed", "id_index", "phone_sealed", "phone_index", "name_key"}


# -- keep up to date ----------------------------------------------------------------------


@together()
def update_details(
    party: Party,
    *,
    version: int | None = None,
    phone: str | None = None,
    division: str | None = None,
    address: Mapping[str, str] | None = None,
    birth_date: date | None = None,
    sex: str | None = None,
    by: Actor,
    at: datetime,
) -> Party:
    """Change what changes in a life. None leaves as it is; "" takes the telephone away."""
    party = lock_party(party, version)
    if not perms.may_see(by, party):
        raise Unseen("party")
    if not perms.may_edit(by, party):
        raise Forbidden("edit", _("您的岗位不能修改人员资料。"))
    if (birth_date, sex, division) != (None, None, None):
        _may_correct(party, by)
    wrong: list[FieldError] = []
    changes: dict[str, Any] = {}
    if phone is not None:
        changes.update(sealed.phone_columns(party.pk, clean_phone(phone, wrong)))
    if birth_date is not None and birth_date > at.date():
        wrong.append(FieldError("birth_date", _("出生日期在今天之后。"), _("请核对证件原件。")))
    if wrong:
        raise Invalid("party", _("资料没有填对，还没有保存。"), tuple(wrong))
    plain = {"division": division, "birth_date": birth_date, "sex": sex}
    changes.update({name: value for name, value in plain.items() if value is not None})
    if address is not None:
        home = keep_address(party.street, address, division=division or party.division)
        changes["address_id"] = home.pk
    return _save(party, changes, "details_updated", by, at) if changes else party


@together()
def correct_name(
    party: Party, name: str, *, reason: str, version: int | None = None, by: Actor, at: datetime
) -> Party:
    """The record bore a wrong name (a typing mistake, a change of name on paper)."""
    party = lock_party(party, version)
    _may_correct(party, by)
    name = text.person_name(name)
    if not name or not reason.strip():
        wrong = FieldError("name", _("要填写姓名和更正的原因。"), _("请按证件原件填写。"))
        raise Invalid("name", _("姓名没有更正。"), (wrong,))
    key = rules.name_key(name, person=party.sort == "person")
    return _save(party, {"name": name, "name_key": key}, "name_corrected", by, at)


@together()
def correct_document(
    party: Party,
    *,
    id_type: str,
    id_number: str,
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> Party:
    """The record bore a wrong number or another document is to identify it from now on."""
    party = lock_party(party, version)
    _may_correct(party, by)
    given = _clean(party.sort, party.name, id_type, id_number, "", None, "0", at.date())
    changes = {"id_type": id_type, **sealed.document_columns(party.pk, given.number)}
    if given.birth_date:
        changes["birth_date"] = given.birth_date
    if given.sex != "0":
        changes["sex"] = given.sex
    try:
        with transaction.atomic():
            return _save(party, changes, "document_corrected", by, at, id_type=id_type)
    except IntegrityError as error:
        message = _("这个号码已有另一份资料。")
        remedy = _("请先查出那份资料，确是同一个人就合并。")
        wrong = FieldError("id_number", message, remedy)
        raise Invalid("taken", _("号码没有更正。"), (wrong,)) from error


def _may_correct(party: Party, by: Actor) -> None:
    if not perms.may_see(by, party):
        raise Unseen("party")
    if not perms.may_correct(by, party):
        raise Forbidden("correct", _("姓名和证件号码要带证件到窗口更正。"))


# -- show in full -------------------------------------------------------------------------


@together()
def disclose(
    party: Party, field: str, *, reason: str, about: str = "", by: Actor, at: datetime
) -> str:
    """A number in full ("id_number" or "phone"), on record with its reason; `about` is the
    number of the case. The row is written before the value is handed out."""
    if not perms.may_see(by, party) and not perms.may_disclose(by, party):
        raise Unseen("party")
    if not perms.may_disclose(by, party):
        raise Forbidden("unmask", _("您的岗位不能查看完整号码。"))
    if field not in DISCLOSABLE:
        raise Unseen("field")
    _write_disclosure(party, field, reason, about, by, at)
    return DISCLOSABLE[field](party)


@transaction.atomic
def lend_phone(party: Party, *, reason: str, about: str, by: Actor, at: datetime) -> str:
    """A telephone number in full for somebody with an errand of the person's, such as a partner unit
    that signed for a job. That it may is for the house to judge that knows the errand; the row is
    written before the number is handed out, and the person reads it like every other."""
    if party.erased_at is not None or not party.phone_sealed:
        raise Unseen("field", _("没有登记电话号码。"))
    _write_disclosure(party, "phone", reason, about, by, at)
    return DISCLOSABLE["phone"](party)


@transaction.atomic
def disclose_other(
    party: Party, field: str, *, reason: str, about: str, by: Actor, at: datetime
) -> None:
    """The same for what another house keeps sealed about a party, such as a bank account in a
    case (`field` "fact:bank_account"): who may, and the row; the value is that house's to give."""
    if not perms.may_disclose(by, party):
        raise Forbidden("unmask", _("您的岗位不能查看完整号码。"))
    _write_disclosure(party, field, reason, about, by, at)


def _write_disclosure(
    party: Party, field: str, reason: str, about: str, by: Actor, at: datetime
) -> None:
    reason = reason.strip()
    if len(reason) < 2:
        message = _("没有填写查看的原因。")
        wrong = FieldError("reason", message, _("请写明为什么要看，本人可以看到这条记录。"))
        raise Invalid("reason", message, (wrong,))
    power = by.power_for(Can.UNMASK)
    id = new_id()
    rows.insert(
        Disclosure,
        [
            {
                "id": id,
                "street": party.street,
                "party_id": party.pk,
                "account_id": by.account,
                "appointment": power.appointment if power else None,
                "field": field[:FIELD_LONG],
                "reason": reason[:200],
                "about": about[:64],
                "at": at,
            }
        ],
    )
    data = {"field": field, "about": about[:64], "disclosure": str(id)}
    record(
        street=party.street, stream=stream_of(party), act="disclosed", by=by, at=at, data=data,
        power=power,
    )  # fmt: skip
