"""Objections to a public posting: anybody may raise one, whoever posted must answer each.

Raising one needs no account, so the public's act goes on the case's record as done by nobody
in particular; the answer and every look at the objector's contact name who did it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.cases import perms
from yimen.cases.actions.verb import need_reason, no, perform, verb, wrong
from yimen.cases.changes import Changes
from yimen.cases.dossier import Dossier
from yimen.cases.models import Objection, Posting, Stage
from yimen.cases.perms import NO, Leave
from yimen.ledger import rows
from yimen.lib.actor import Actor, system
from yimen.lib.crypto import blind, seal, unseal
from yimen.lib.hashing import digest_text
from yimen.lib.ids import new_id
from yimen.lib.time import local

LONGEST = 2000


def object_to(posting: Posting, *, text: str, contact: str = "", at: datetime) -> UUID:
    """Raise an objection while the posting is out. Returns the objection's id."""
    key = new_id()
    perform(
        posting.case.number, "object", by=system(posting.street, "public"), at=at,
        objection=key, posting=posting.pk, text=text, contact=contact,
    )  # fmt: skip
    return key


@verb("object", stages=(Stage.HANDLING,), may=lambda *_a, **_k: NO, machine_only=True)
def _object(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    objection: Any = "",
    posting: Any = "",
    text: str = "",
    contact: str = "",
    **_args: Any,
) -> None:
    mine = Posting.objects.filter(case=d.case)
    row = next((p for p in mine if str(p.pk) == str(posting)), None)
    if row is None:
        raise wrong("posting", _("没有这份公示。"))
    if not row.starts_on <= local(at).date() <= row.ends_on:
        raise no("posting_over", _("公示期已经结束，不能再提出异议。您可以到服务中心反映情况。"))
    text = text.strip()
    if len(text) < 5 or len(text) > LONGEST:
        raise wrong("text", _("请写明异议的内容和理由，5 到 2000 个字。"))
    sealed = seal(contact.strip(), about=_about(objection)) if contact.strip() else ""
    values = {
        "id": objection, "street": d.case.street, "posting_id": row.pk, "text": text,
        "contact": sealed, "received_at": at, "answer": "", "answered_at": None,
    }  # fmt: skip
    rows.insert(Objection, [values])
    ch.data["objection"] = {"id": str(objection), "digest": _digest(objection, text)}
    task = d.task(row.task_id)
    if task is not None:
        ch.tell(
            "case.objected", facts={"due": task.due_at or d.case.due_at or at}, to_body=task.body_id
        )


def _digest(objection: UUID, text: str) -> str:
    """Proves the text while it is kept. The salt is keyed and stands nowhere: once the text is
    erased, the digest tells nobody without the key anything."""
    return digest_text(text, blind("objection", str(objection)))


def _about(objection: UUID) -> str:
    return f"cases.objection:{objection}"


def _may_answer(by: Actor, d: Dossier, objection: Any = "", **_args: Any) -> Leave:
    leaves = [perms.may_work(by, t) for t in d.open_tasks if t.sort == "posting"]
    return next((leave for leave in leaves if leave.ok), NO)


def _row(d: Dossier, objection: Any) -> Objection:
    posted = Objection.objects.filter(posting__case=d.case).select_for_update()
    found = next((row for row in posted if str(row.pk) == str(objection)), None)
    if found is None:
        raise wrong("objection", _("没有这条异议。"))
    return found


@verb("answer_objection", stages=(Stage.HANDLING,), may=_may_answer)
def answer_objection(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    objection: Any = "",
    reason: str = "",
    **_args: Any,
) -> None:
    """Answer one objection; the posting cannot be finished before each has its answer."""
    answer = need_reason(reason)
    row = _row(d, objection)
    if row.answered_at is not None:
        raise no("answered", _("这条异议已经答复。"))
    rows.update(Objection, {"id": row.pk}, answer=answer, answered_at=at)
    ch.data["objection"] = {"id": str(row.pk), "answer": _digest(row.pk, answer)}


@verb("see_contact", stages=(Stage.HANDLING,), may=_may_answer)
def _see_contact(
    d: Dossier, ch: Changes, *, by: Actor, at: datetime, objection: Any = "", **_args: Any
) -> None:
    """Somebody reads how the objector can be reached: on record, like every unmasking."""
    ch.data["objection"] = {"id": str(_row(d, objection).pk)}


def contact_of(number: str, objection: UUID, *, by: Actor) -> str:
    """How the objector can be reached, after it has been written down who asked."""
    d = perform(number, "see_contact", by=by, objection=objection)
    sealed = _row(d, objection).contact
    return unseal(sealed, about=_about(objection)) if sealed else ""
