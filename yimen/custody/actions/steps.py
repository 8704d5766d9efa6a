"""Steps that several verbs take: lock papers, find a body, record, keep a text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yimen.bodies import queries as bodies
from yimen.bodies.models import Body
from yimen.custody import perms
from yimen.custody.models import Paper
from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused
from yimen.lib.hashing import digest_text, new_salt

BodyRef = Body | UUID | str


def body_of(ref: BodyRef, street: str) -> Body:
    """A body given as itself, by id, or by its code in a street (else the city's)."""
    if isinstance(ref, Body):
        return ref
    try:
        return Body.objects.get(pk=ref) if isinstance(ref, UUID) else bodies.body(street, ref)
    except Body.DoesNotExist as unknown:
        raise Invalid(
            "body",
            _("没有这个单位。"),
            (FieldError("body", _("没有这个单位。"), _("请从列表中选择。")),),
        ) from unknown


def locked(papers: Paper | Iterable[Paper]) -> list[Paper]:
    """The rows of `papers`, locked in one order so that two clerks cannot wait for each other."""
    ids = [papers.pk] if isinstance(papers, Paper) else [paper.pk for paper in papers]
    return list(Paper.objects.select_for_update().filter(pk__in=ids).order_by("id"))


def must_hold(paper: Paper, by: Actor) -> None:
    """The paper lies with a body of the actor's, or the actor may not touch it."""
    if paper.state != Paper.State.HELD:
        raise Refused(
            "paper_not_held",
            _("“%(name)s”（%(code)s）现在是“%(state)s”，不能这样办理。请先扫码确认它在您手里。")
            % {"name": paper.name, "code": paper.code, "state": paper.get_state_display()},
        )
    if not perms.may_move(by, paper.holder_id):
        raise Forbidden(
            "paper_elsewhere",
            _("“%(name)s”（%(code)s）登记在别的单位。如果它在您手里，请先扫码接收。")
            % {"name": paper.name, "code": paper.code},
        )


def record(paper: Paper, act: str, *, by: Actor, at: datetime, **data: Any) -> None:
    """One entry in the paper's own stream: codes and digests, no names."""
    ledger.record(
        street=paper.street,
        stream=f"paper:{paper.code}",
        act=act,
        by=by,
        at=at,
        data={"case": paper.case_number, **data},
        power=by.power_for(*perms.HANDLERS),
    )


def kept_text(receiver: str = "", note: str = "") -> dict[str, str]:
    """Columns for erasable texts, with the digest that the ledger may hold."""
    if not receiver and not note:
        return {"receiver": "", "note": "", "salt": "", "note_digest": ""}
    salt = new_salt()
    return {
        "receiver": receiver,
        "note": note,
        "salt": salt,
        "note_digest": digest_text(f"{receiver}\n{note}", salt),
    }
