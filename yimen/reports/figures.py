"""The figures of the board: what each means, as conditions that count and list share.

A figure is about cases, or about a single open task of a case. Each has one definition; the number
on the board and the list behind it are both made of it, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.cases.models import Stage
from yimen.lib.time import ZONE, local
from yimen.lib.workdays import Calendar

UNDELIVERED = (Stage.DECIDED, Stage.DELIVERING)
UNDELIVERED_DAYS = 10


@dataclass(frozen=True)
class Moment:
    """When the board is drawn, and what follows from that."""

    at: datetime
    undelivered_before: datetime  # decided before this: more than ten working days ago
    silence: Q  # tasks that a department's system has not answered

    @classmethod
    def of(cls, at: datetime, calendar: Calendar, silence: Q) -> Moment:
        tomorrow = local(at).date() + timedelta(days=1)
        day = calendar.provisional.nth_before(tomorrow, UNDELIVERED_DAYS + 1)
        return cls(at, datetime.combine(day, time.min, ZONE), silence)


Condition = Callable[[Moment, str], Q]  # the second: how a case is reached ("" or "case__")


@dataclass(frozen=True)
class Figure:
    """`case` is about the case; `task` about one of its open tasks; `papers` about its papers."""

    key: str
    label: Any
    hint: Any = ""
    tone: str = ""  # of a number that is not nought
    case: Condition | None = None
    task: Callable[[Moment], Q] | None = None
    papers: bool = False

    def on_task(self, moment: Moment) -> Q | None:
        """The same seen from an open task; None where it is not about tasks."""
        if self.case is not None:
            return self.case(moment, "case__")
        return self.task(moment) if self.task is not None else None


def _all(moment: Moment, to: str) -> Q:
    return ~Q(**{f"{to}stage": Stage.CLOSED})


def _near(moment: Moment, to: str) -> Q:
    return Q(**{f"{to}due_at__gte": moment.at, f"{to}yellow_at__lte": moment.at})


def _overdue(moment: Moment, to: str) -> Q:
    return Q(**{f"{to}due_at__lt": moment.at})


def _late_task(moment: Moment) -> Q:
    return Q(due_at__lt=moment.at, case__held=False)


def _supplement(moment: Moment, to: str) -> Q:
    return Q(**{f"{to}stage": Stage.SUPPLEMENTING})


def _held(moment: Moment, to: str) -> Q:
    return Q(**{f"{to}held": True})


def _undelivered(moment: Moment, to: str) -> Q:
    return Q(**{f"{to}stage__in": UNDELIVERED})


def _undelivered_long(moment: Moment, to: str) -> Q:
    return _undelivered(moment, to) & Q(**{f"{to}decided_at__lt": moment.undelivered_before})


FIGURES: dict[str, Figure] = {
    f.key: f
    for f in (
        Figure("open", _("在办"), _("还没有办结的全部办件"), case=_all),
        Figure("near", _("临期"), _("期限将到"), tone="watch", case=_near),
        Figure("overdue", _("逾期"), _("办件的期限已过"), tone="bad", case=_overdue),
        Figure(
            "late_task", _("任务超时"), _("单位用完了自己那一份时间"), tone="bad", task=_late_task
        ),
        Figure("supplement", pgettext_lazy("count", "待补正"), _("等申请人补交材料"), case=_supplement),
        Figure("held", pgettext_lazy("count", "中止计时"), _("依法不计时间"), case=_held),
        Figure("undelivered", pgettext_lazy("count", "未送达"), _("已决定，没有送达凭证"), case=_undelivered),
        Figure(
            "undelivered_long", _("超十日未送达"), _("决定后超过十个工作日"), tone="bad",
            case=_undelivered_long,
        ),
        Figure(
            "no_answer", _("系统未答复"), _("部门自有系统超过约定时间没有答复"), tone="bad",
            task=lambda moment: moment.silence,
        ),
        Figure("papers", _("纸件未扫码"), _("移交后超时没有扫码接收"), tone="bad", papers=True),
    )
}  # fmt: skip
