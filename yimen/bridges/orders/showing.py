"""What pages show of orders: both clocks with their lights, an answer as text for the other system,
what happened to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from yimen.bridges.models import Order, OrderAnswer
from yimen.bridges.orders import queries, rules
from yimen.bridges.orders.mapping import mapping
from yimen.cases import clocks
from yimen.cases.models import Case
from yimen.clock.queries import shelf
from yimen.custody.queries import people_names
from yimen.hotline.kinds import said as need_name
from yimen.hotline.models import CallBack
from yimen.ledger.models import Entry
from yimen.look.dates import cn_datetime
from yimen.look.language import pick

RESULTS = {
    "granted": gettext_lazy("办成了"), "refused": gettext_lazy("没有办成"),
    "answered": gettext_lazy("已经答复"), "yes": gettext_lazy("求助人说解决了"),
    "partly": gettext_lazy("求助人说部分解决"), "no": gettext_lazy("求助人说没有解决"),
    "unreached": gettext_lazy("三次没有联系上"),
}  # fmt: skip
ACTS = {
    "take": gettext_lazy("收下工单"), "confirm": gettext_lazy("对方自己也发来了"),
    "clocks": gettext_lazy("期限改了"), "join": gettext_lazy("并成一件"),
    "sort": gettext_lazy("分拣好了"), "return": gettext_lazy("申请退单"),
    "return_accepted": gettext_lazy("对方同意退单"),
    "return_refused": gettext_lazy("对方不同意退单"),
    "acknowledge": gettext_lazy("对方已确认收到"), "copy": gettext_lazy("已抄给对方"),
    "send_again": gettext_lazy("重新发送"),
}  # fmt: skip


@dataclass(frozen=True)
class Clock:
    """The platform's clock as a page draws it."""

    colour: str
    words: str
    due_at: datetime | None


def answered(case: Case) -> bool:
    return case.decided_at is not None or case.stage == "closed"


def clock(order: Order, at: datetime) -> Clock:
    """Light and words; it stands still once the case has an answer or went back."""
    over = order.state == Order.State.RETURNED or answered(order.case)
    colour = rules.light(order.due_at, over, at)
    if order.due_at is None:
        return Clock(colour, _("对方没有说期限"), None)
    return Clock(colour, _("已经答复") if over else left(order.due_at, at), order.due_at)


def left(due: datetime, at: datetime) -> str:
    """How long it still is, or how long it has been over: by the hour near it, else by the day."""
    if at > due:
        n = rules.hours(due, at)
        if n < 1:
            return _("刚刚过期")
        if n < 48:
            return ngettext("已过 %(n)d 小时", "已过 %(n)d 小时", n) % {"n": n}
        return ngettext("已过 %(n)d 天", "已过 %(n)d 天", n // 24) % {"n": n // 24}
    n = rules.hours(at, due)
    if n < 1:
        return _("不到 1 小时")
    if n < 48:
        return ngettext("还有 %(n)d 小时", "还有 %(n)d 小时", n) % {"n": n}
    return ngettext("还有 %(n)d 天", "还有 %(n)d 天", n // 24) % {"n": n // 24}


def rows(orders: Iterable[Order], at: datetime) -> list[dict[str, Any]]:
    """Orders with both their clocks."""
    books = shelf()
    return [
        {
            "o": order, "case": order.case, "theirs": clock(order, at),
            "ours": clocks.of_case(order.case, at, books),
            "need": need_name(str(order.case.facts.get("need", ""))),
        }
        for order in orders
    ]  # fmt: skip


def reasons(order: Order) -> list[tuple[str, str]]:
    """For what this platform takes an order back, for a list."""
    return [(c, pick(words)) for c, words in mapping(order.platform.mapping).returns.items()]


def result(answer: OrderAnswer, order: Order) -> str:
    """The result of an answer in the reader's language."""
    if answer.sort == OrderAnswer.Sort.RETURN:
        words = mapping(order.platform.mapping).returns.get(answer.result)
        return pick(words) if words else answer.result
    return str(RESULTS.get(answer.result, answer.result))


def answers(order: Order) -> list[dict[str, Any]]:
    """What was told, the newest first, whether it arrived, and its text for copying over."""
    sent = queries.errands(order)
    closed = order.platform.system.sort == "closed"
    found: list[dict[str, Any]] = []
    for answer in order.answers.order_by("-made_at", "-id"):
        errand = sent.get(str(answer.pk))
        failed = errand is not None and errand.state == "failed"
        done = answer.acknowledged_at is not None
        found.append({
            "a": answer, "errand": errand, "result": result(answer, order), "done": done,
            "failed": failed and not done and not answer.sent_at,
            "to_copy": not done and not answer.sent_at and (closed or failed),
            "text": as_text(answer, order) if not done and (closed or failed) else "",
        })  # fmt: skip
    for row in [row for row in found if row["to_copy"]][:1]:  # one key, one thing that it does
        row["shortcut"] = {"again": "r", "copied": "c"}
    return found


def as_text(answer: OrderAnswer, order: Order) -> str:
    """An answer ready to be pasted: in Chinese, whoever reads this page, for that is the language of
    the other system."""
    with override("zh-hans"):
        lines = [
            (_("工单编号"), order.their_number), (_("我方编号"), order.case.number),
            (str(answer.get_sort_display()), result(answer, order)),
            (_("说明"), answer.text), (_("承办单位"), order.case.lead.name),
            (_("时间"), cn_datetime(answer.made_at)),
        ]  # fmt: skip
        return "\n".join(_("%(a)s：%(b)s") % {"a": a, "b": b} for a, b in lines if b)


def past(order: Order) -> list[dict[str, Any]]:
    """What was done with the order, for a timeline: from the record, by whom; the answer and the
    calls back of its case among it."""
    entries = Entry.objects.filter(street=order.street, stream=f"order:{order.pk}").order_by("seq")
    found = list(entries[:100])
    decided = Entry.objects.filter(
        street=order.street, stream=f"case:{order.case.number}", act="decide"
    ).order_by("seq")[:20]
    tries = list(CallBack.objects.filter(request__case=order.case).order_by("at", "id")[:40])
    names = people_names([*(e.account for e in (*found, *decided)), *(t.by_id for t in tries)])
    ours = [*_answers(order, list(decided), names), *(_call_back(one, names) for one in tries)]
    return sorted([*_of_order(order, found, names), *ours], key=lambda step: step["at"])


def _answers(
    order: Order, decided: list[Entry], names: dict[UUID, str]
) -> Iterable[dict[str, Any]]:
    """What was answered, one a round, and by whom; the words stand with what the platform is told.
    The record has no outcome: the last is the case's, those before were told the platform."""
    told = dict(order.answers.filter(sort=OrderAnswer.Sort.REPLY).values_list("round", "result"))
    for n, entry in enumerate(decided, 1):
        said = order.case.outcome if n == len(decided) else told.get(n, "")
        yield {
            "title": _("答复了求助人"), "at": entry.at, "state": "done",
            "by": names.get(entry.account, "") if entry.account else _("系统自动"),
            "text": str(RESULTS.get(said, "")),
        }  # fmt: skip


def _call_back(one: CallBack, names: dict[UUID, str]) -> dict[str, Any]:
    said = RESULTS.get(one.solved) if one.reached else _("没有联系上")
    title = _("第 %(n)d 次回访") % {"n": one.number}
    return {
        "title": title, "at": one.at, "state": "done", "by": names.get(one.by_id, ""),
        "text": str(said or ""),
    }  # fmt: skip


def _of_order(order: Order, found: Iterable[Entry], names: dict[UUID, str]) -> list[dict[str, Any]]:
    theirs = order.platform.account_id
    return [
        {
            "title": ACTS.get(entry.act, entry.act), "at": entry.at, "state": "done",
            "by": _("对方系统") if entry.account and entry.account == theirs
            else names.get(entry.account, "") if entry.account else _("系统自动"),
            "text": _about(entry),
        }
        for entry in found
    ]  # fmt: skip


def _about(entry: Entry) -> str:
    data = orjson.loads(entry.data)
    if entry.act == "sort" and data.get("need"):
        return need_name(str(data["need"]))
    if "sort" in data:
        return str(OrderAnswer.Sort(data["sort"]).label)
    return ""
