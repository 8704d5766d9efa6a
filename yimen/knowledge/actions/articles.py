"""An answer becomes an article: written by one, made public by another (AFF-11)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yimen.contacts.queries import visible_to as questions_seen_by
from yimen.knowledge import articles, perms, rules
from yimen.knowledge.models import Article
from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.hashing import digest_text, new_salt
from yimen.lib.ids import new_id
from yimen.lib.masking import holds_id, private
from yimen.notices.actions import tell

State = Article.State


@dataclass(frozen=True, slots=True)
class Text:
    """What an article says, of which matter, until when, and when to look again."""

    title: str
    body: str
    review_on: date
    matter_code: str = ""
    valid_to: date | None = None


@transaction.atomic
def write(text: Text, *, by: Actor, at: datetime, question: str = "") -> Article:
    """A new article, waiting for its review; `question` is the answered one that it comes from."""
    _writer(by)
    _check(text, _names(question, by), at)
    return _keep(new_id(), 1, text, question, by=by, at=at)


@transaction.atomic
def rewrite(article: UUID, text: Text, *, by: Actor, at: datetime) -> Article:
    """Another text: in place while it waits for review, as the next version once it was public.
    Whoever rewrites is its writer, and cannot review it."""
    found = _locked(article, by)
    writer = _writer(by)
    _check(text, _names(found.question, by), at)
    if found.state not in (State.DRAFT, State.RETURNED):
        if articles.in_hand(found.street, found.series):
            raise Refused("article_in_hand", _("这篇文章已有新版本在等审核，请改那一版。"))
        last = articles.of_series(found.street, found.series).aggregate(n=Max("version"))["n"]
        return _keep(found.series, last + 1, text, found.question, by=by, at=at)
    for name, value in asdict(text).items():
        setattr(found, name, value)
    found.grams = rules.grams(text.title, text.body)
    found.state, found.written_by_id, found.written_at = State.DRAFT, writer, at
    found.returned_why = ""
    found.save()
    _record(found, "rewritten", by=by, at=at, text=_digest(text))
    return found


@transaction.atomic
def publish(article: UUID, *, by: Actor, at: datetime) -> Article:
    """The second person says that it is right: from now on everybody finds it."""
    found = _locked(article, by)
    _must_review(found, by, (State.DRAFT,))
    articles.of_series(found.street, found.series).filter(state=State.PUBLIC).update(
        state=State.REPLACED
    )
    found.state, found.reviewed_by_id, found.reviewed_at = State.PUBLIC, by.account, at
    found.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    _record(found, "published", by=by, at=at)
    return found


@transaction.atomic
def send_back(article: UUID, *, why: str, by: Actor, at: datetime) -> Article:
    """Not yet right: back to its writer, with the reason."""
    found = _locked(article, by)
    _must_review(found, by, (State.DRAFT,))
    if not why.strip():
        raise Invalid("why", _("请写明要改什么。"))
    found.state, found.returned_why = State.RETURNED, why.strip()
    found.save(update_fields=["state", "returned_why"])
    _record(found, "sent_back", by=by, at=at)
    _tell(found, "article.returned", found.written_by_id, f"returned:{at:%Y%m%d%H%M%S}", by, at)
    return found


@transaction.atomic
def withdraw(article: UUID, *, by: Actor, at: datetime) -> Article:
    """It no longer holds: nobody finds it any more; its versions stay on record."""
    found = _locked(article, by)
    if not perms.may_review_any(by):
        raise Forbidden("article", _("只有目录编辑、单位负责人或中心主任可以撤下文章。"))
    _must_be(found, (State.PUBLIC,))
    found.state = State.WITHDRAWN
    found.save(update_fields=["state"])
    _record(found, "withdrawn", by=by, at=at)
    return found


@transaction.atomic
def remind(article: Article, *, by: Actor, at: datetime) -> int:
    """Tell whoever reviewed it that its day has come; once for each day set."""
    if article.reviewed_by_id is None:
        return 0
    _tell(article, "article.review", article.reviewed_by_id, f"review:{article.review_on}", by, at)
    return 1


def _keep(
    series: UUID, version: int, text: Text, question: str, *, by: Actor, at: datetime
) -> Article:
    made = Article.objects.create(
        street=by.street, series=series, version=version, question=question, written_at=at,
        written_by_id=_writer(by), grams=rules.grams(text.title, text.body), **asdict(text),
    )  # fmt: skip
    _record(made, "written", by=by, at=at, question=question, text=_digest(text))
    return made


def _writer(by: Actor) -> UUID:
    """The account that writes, when it may."""
    if by.account is None or not perms.may_write(by):
        raise Forbidden("article", _("只有在任的工作人员可以写答复文章。"))
    return by.account


def _locked(article: UUID, by: Actor) -> Article:
    """The version under its lock, and with it all of its series: two reviews wait for each other."""
    found = articles.visible_to(by).filter(pk=article).first()
    if found is None:
        raise Unseen("article")
    rows = articles.of_series(found.street, found.series).select_for_update(of=("self",))
    return next(row for row in rows.order_by("version") if row.pk == found.pk)


def _must_review(found: Article, by: Actor, states: tuple[str, ...]) -> None:
    if not perms.may_review_any(by):
        raise Forbidden("article", _("只有目录编辑、单位负责人或中心主任可以审核文章。"))
    if not perms.may_review(by, found):
        raise Forbidden("article", _("这一版是您写的，要请另一个人审核。"))
    _must_be(found, states)


def _must_be(found: Article, states: tuple[str, ...]) -> None:
    if found.state not in states:
        raise Refused("article_state", _("这一版的状态已经变了，请刷新页面。"))


def _names(question: str, by: Actor) -> list[str]:
    """The name of whoever asked: it does not belong in what everybody reads."""
    if not question:
        return []
    found = questions_seen_by(by).filter(number=question).select_related("asker").first()
    if found is None:
        raise Unseen("enquiry")
    if found.state != found.State.ANSWERED:
        raise Refused("not_answered", _("答复以后才能写成文章。"))
    return [found.asker.name] if found.asker else []


def _check(text: Text, names: list[str], at: datetime) -> None:
    wrong = []
    for field in ("title", "body"):
        said = getattr(text, field)
        if not said.strip():
            wrong.append(FieldError(field, _("请填写。")))
        elif holds_id(said) or private(said, names):
            wrong.append(
                FieldError(field, _("里面好像有姓名、手机号或证件号码。文章人人可见，请删去。"))
            )
    if text.review_on <= at.date():
        wrong.append(FieldError("review_on", _("下次复核的日期要在今天以后。")))
    if text.valid_to and text.valid_to < at.date():
        wrong.append(FieldError("valid_to", _("有效期已经过了。")))
    if wrong:
        raise Invalid("article", _("请改正后再提交。"), tuple(wrong))


def _digest(text: Text) -> str:
    return digest_text(f"{text.title}\n{text.body}", new_salt())


def _tell(of: Article, template: str, account: UUID, key: str, by: Actor, at: datetime) -> None:
    tell(
        street=of.street, template=template, facts={"article": str(of.pk)},
        about=f"article:{of.pk}", key=f"article:{of.pk}:{key}", by=by, at=at, to_account=account,
    )  # fmt: skip


def _record(of: Article, act: str, *, by: Actor, at: datetime, **data: object) -> None:
    ledger.record(
        street=of.street, stream=f"article:{of.series}", act=act, by=by, at=at,
        data={"version": of.version, "state": of.state, "matter": of.matter_code, **data},
    )  # fmt: skip
