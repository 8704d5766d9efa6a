"""A document is taken in once; afterwards only its standing changes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.knowledge import perms, rules
from yimen.knowledge.models import Document, Passage, Standing
from yimen.knowledge.reading import text_of
from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Unseen

REVIEW = timedelta(days=365)
BATCH = 500


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a document beside its text."""

    sort: str
    title: str
    issuer: str
    issued_on: date
    in_force_from: date
    source: str
    number: str = ""
    standing: str = Standing.IN_FORCE
    ended_on: date | None = None


def take_in(content: bytes, facts: Facts, *, by: Actor, at: datetime) -> tuple[Document, bool]:
    """Read a file, cut it into passages, keep it. The same file again changes nothing; says whether
    it was new."""
    if not perms.may_edit(by):
        raise Forbidden("take_in", _("只有目录编辑可以收录法规文件。"))
    _check(facts.in_force_from, facts.issued_on, facts.standing, facts.ended_on)
    pieces = rules.split(text_of(content))  # slow, so before anything is locked
    return _keep(sha256(content).hexdigest(), facts, pieces, by=by, at=at)


@transaction.atomic
def _keep(
    digest: str, facts: Facts, pieces: list[rules.Piece], *, by: Actor, at: datetime
) -> tuple[Document, bool]:
    made, new = Document.objects.get_or_create(
        digest=digest,
        defaults=asdict(facts) | {"review_on": at.date() + REVIEW, "added_at": at},
    )
    if new:
        Passage.objects.bulk_create(_passages(made, pieces), batch_size=BATCH)
        data = {"digest": digest, "sort": made.sort, "passages": len(pieces)}
        _record(made, "taken_in", data, by=by, at=at)
    return made, new


def _passages(of: Document, pieces: list[rules.Piece]) -> list[Passage]:
    return [
        Passage(
            document=of, position=n, label=one.label, heading=one.heading, text=one.text,
            grams=rules.grams(of.title, one.heading, one.label, one.text),
        )
        for n, one in enumerate(pieces, 1)
    ]  # fmt: skip


@transaction.atomic
def set_standing(
    document: UUID, *, standing: str, ended_on: date | None, by: Actor, at: datetime
) -> Document:
    """Say that a document was amended or repealed on a day, or is in force after all; whoever says
    it has looked, so the next review is a year away."""
    found = Document.objects.select_for_update().filter(pk=document).first()
    if found is None:
        raise Unseen("document")
    if not perms.may_edit(by):
        raise Forbidden("set_standing", _("只有目录编辑可以改变文件的效力。"))
    _check(found.in_force_from, found.issued_on, standing, ended_on)
    found.standing, found.ended_on = standing, ended_on
    found.review_on = at.date() + REVIEW
    found.save(update_fields=["standing", "ended_on", "review_on"])
    day = ended_on.isoformat() if ended_on else None
    _record(found, "standing_set", {"standing": standing, "ended_on": day}, by=by, at=at)
    return found


def _check(begins: date, issued: date, standing: str, ended: date | None) -> None:
    wrong = []
    if begins < issued:
        wrong.append(FieldError("in_force_from", _("施行日期不能早于公布日期。")))
    if standing == Standing.IN_FORCE and ended:
        wrong.append(FieldError("ended_on", _("现行有效的文件没有失效日期，请留空。")))
    if standing != Standing.IN_FORCE and not ended:
        wrong.append(FieldError("ended_on", _("请填写被修改或废止的日期。")))
    if ended and ended < begins:
        wrong.append(FieldError("ended_on", _("失效日期不能早于施行日期。")))
    if wrong:
        raise Invalid("document", _("日期不对。"), tuple(wrong))


def _record(of: Document, act: str, data: dict[str, object], *, by: Actor, at: datetime) -> None:
    ledger.record(street="", stream=f"document:{of.pk}", act=act, by=by, at=at, data=data)
