"""A request for help, as a kind of case."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.cases.kind import Kind
from yimen.hotline.models import Transfer
from yimen.hotline.needs import tree
from yimen.hotline.proposing import unpaid
from yimen.intake.answers import clean
from yimen.lib.errors import FieldError, Invalid, Refused
from yimen.lib.spans import Span, Unit, working_days
from yimen.look.language import pick
from yimen.matters.content import Content

AGAIN = working_days(3)  # HLP-3: the second handling


class Request(Kind):
    """Its need must be one that this matter is for. What was not solved opens another round."""

    key: ClassVar[str] = "request"
    rounds: ClassVar[bool] = True
    called_back: ClassVar[bool] = True
    lead_returns: ClassVar[bool] = True
    every_counter: ClassVar[bool] = True
    answer_page: ClassVar[str] = "hotline:reply"
    origin_page: ClassVar[str] = "hotline:origin"
    dispatch_page: ClassVar[str] = "hotline:dispatch"

    def span(self, span: Span, round: int) -> Span:
        """What was not solved is done again in three working days, or sooner where the first time was
        shorter."""
        longer = span.unit == Unit.WORKING_DAYS and span.n > AGAIN.n
        return AGAIN if round > 1 and longer else span

    def clean_facts(self, content: Content, facts: dict[str, Any]) -> dict[str, Any]:
        kept = clean(content.fields, facts)
        need = tree().get(str(kept.get("need", "")))
        if kept.get("need") and (need is None or need.matter != content.code.partition("-x")[0]):
            text = _("请从求助分类里选一项。")
            raise Invalid("need", text, (FieldError("facts.need", text),))
        return kept

    def quiet(self, facts: dict[str, Any]) -> bool:
        """Somebody else may read the telephone: what is said of it stays on these pages."""
        return bool(facts.get("quiet"))

    def check_offer(self, case: UUID, to: UUID) -> None:
        """A service that costs something waits for the caller's yes to its price, whichever way it
        is sent."""
        if unpaid(case, to):
            raise Refused("price", _("这是收费服务。先告诉求助人价格，同意了再派。"))

    def check_close(self, case: UUID) -> None:
        """A danger that was handed over stays open until it is known what became of it."""
        if Transfer.objects.filter(request__case=case, learned_at=None).exists():
            raise Refused("outcome", _("转接的结果还不知道。先登记结果，再办结。"))

    def before_contact(self, facts: dict[str, Any]) -> str:
        told = [_("不发短信，不向别人留话。")] if self.quiet(facts) else []
        return " ".join([*told, str(facts.get("reach", ""))]).strip()

    def summary(self, content: Content, facts: dict[str, Any], lang: str) -> list[tuple[str, Any]]:
        need = tree().get(str(facts.get("need", "")))
        if need:
            facts = facts | {"need": need.text(lang)}
        return super().summary(content, facts, lang)


class UrgentRequest(Request):
    """A leak, a lift, a danger, and whatever somebody cannot wait for: warned about at any hour."""

    key: ClassVar[str] = "urgent_request"
    urgent: ClassVar[bool] = True

    def span(self, span: Span, round: int) -> Span:
        """In minutes and hours, whatever the matter's file says for those who can wait."""
        return hurried(super().span(span, round))


def hurried(span: Span) -> Span:
    """The limits of the urgent class (HLP-3): half an hour for what has a day, two hours for what
    has more. What is shorter stays as it is."""
    if not span.unit.in_days:
        return span
    return Span(30, Unit.MINUTES) if span.n == 1 else Span(2, Unit.HOURS)


def said(code: str) -> str:
    """A need in the reader's language; the code where the tree no longer has it."""
    need = tree().get(code)
    return pick({"zh": need.zh, "en": need.en}) if need else code
