"""The hall's figures: what each means, as a condition that the count and the list behind it share,
so that they cannot disagree.

Waiting counts from taking the ticket to the first call; time at a window from the call on, without
what somebody was set aside. A figure is never about a person: the smallest part is a window's day.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from django.db.models import (
    CharField,
    Count,
    DurationField,
    Expression,
    ExpressionWrapper,
    F,
    Max,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, ExtractHour, LPad
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.counters.models import Ticket
from yimen.lib.time import ZONE

SOON = timedelta(minutes=15)  # nine in ten should be called within it
MINUTE = Value(timedelta(minutes=1))


def _span(expression: Any) -> ExpressionWrapper:
    return ExpressionWrapper(expression, output_field=DurationField())


WAITED = _span(F("first_called_at") - F("taken_at"))
CALLED = Q(first_called_at__isnull=False)
TOLD = CALLED & Q(told_high__isnull=False)


@dataclass(frozen=True)
class Figure:
    """One number: its name, and which tickets it counts."""

    key: str
    label: Any
    when: Q
    tone: str = ""


FIGURES: dict[str, Figure] = {
    f.key: f
    for f in (
        Figure("taken", pgettext_lazy("hall figures", "取号"), Q()),
        Figure("served", pgettext_lazy("hall figures", "已办理"), Q(state="served")),
        Figure("no_show", pgettext_lazy("hall figures", "过号"), Q(state="no_show")),
        Figure("left", pgettext_lazy("hall figures", "已离开"), Q(state="left")),
        Figure("here", _("还在大厅"), Q(state__in=Ticket.OPEN)),
        Figure("called", _("叫到过"), CALLED),
        Figure("slow", _("等候超过 15 分钟"), CALLED & Q(waited__gt=SOON), tone="watch"),
        Figure("overtime", _("延时办理"), Q(overtime_s__gt=0)),
        Figure("told", _("告知过等候时间"), TOLD),
        Figure(
            "right",
            _("等候在告知的范围内"),
            TOLD
            & Q(waited__gte=_span(F("told_low") * MINUTE))
            & Q(waited__lte=_span(F("told_high") * MINUTE)),
        ),
        Figure(
            "longer",
            _("比告知的更久"),
            TOLD & Q(waited__gt=_span(F("told_high") * MINUTE)),
            tone="watch",
        ),
        Figure("shorter", _("比告知的更快"), TOLD & Q(waited__lt=_span(F("told_low") * MINUTE))),
    )
}


def _hour() -> Expression:
    """The hour in which it was taken, as two digits."""
    number = Cast(ExtractHour("taken_at", tzinfo=ZONE), CharField())
    return LPad(number, 2, Value("0"))


@dataclass(frozen=True)
class Part:
    """By what the tickets are told apart."""

    key: str
    label: Any
    of: Any


PARTS: dict[str, Part] = {
    p.key: p
    for p in (
        Part("all", _("合计"), Value("")),
        Part("hour", _("按小时"), _hour()),
        Part("desk", _("按服务台"), F("desk_code")),
        Part("window", _("按窗口"), Coalesce("window_id", Value(""))),
        Part("matter", _("按事项"), F("matter_code")),
        Part("priority", _("按优先理由"), F("priority")),
    )
}
HEADS: dict[str, Any] = {
    "hour": pgettext_lazy("hall figures", "取号的小时"), "desk": _("服务台"), "window": _("窗口"),
    "matter": _("事项"), "priority": _("优先理由"),
}  # fmt: skip


@dataclass
class Tally:
    """What some tickets amount to: how many, and seconds."""

    taken: int = 0
    served: int = 0
    no_show: int = 0
    left: int = 0
    here: int = 0
    called: int = 0
    slow: int = 0
    overtime: int = 0
    told: int = 0
    right: int = 0
    longer: int = 0
    shorter: int = 0
    wait_s: int = 0  # of those called, to the first call
    longest_s: int = 0
    window_s: int = 0  # of those served
    overtime_s: int = 0

    def add(self, other: Tally) -> None:
        for field in fields(self):
            mine, more = getattr(self, field.name), getattr(other, field.name)
            both = max(mine, more) if field.name == "longest_s" else mine + more
            setattr(self, field.name, both)

    @property
    def wait_min(self) -> float | None:
        """The mean wait in minutes."""
        return round(self.wait_s / self.called / 60, 1) if self.called else None

    @property
    def longest_min(self) -> int:
        return round(self.longest_s / 60)

    @property
    def window_min(self) -> float | None:
        """The mean time at a window in minutes."""
        return round(self.window_s / self.served / 60, 1) if self.served else None

    @property
    def overtime_min(self) -> int:
        return round(self.overtime_s / 60)

    @property
    def soon_percent(self) -> int | None:
        """Called within a quarter of an hour, of a hundred that were called."""
        return round(100 * (self.called - self.slow) / self.called) if self.called else None

    @property
    def right_percent(self) -> int | None:
        """Waits inside the range that was told, of a hundred."""
        return round(100 * self.right / self.told) if self.told else None


NAMES = tuple(field.name for field in fields(Tally))


def behind(tickets: QuerySet[Ticket], figure: str) -> QuerySet[Ticket]:
    """Exactly the tickets that a figure counts."""
    return tickets.annotate(waited=WAITED).filter(FIGURES[figure].when)


def part(tickets: QuerySet[Ticket], by: str, key: str) -> QuerySet[Ticket]:
    """Those of one line of a table."""
    return tickets.annotate(part=PARTS[by].of).filter(part=key)


def tally(tickets: QuerySet[Ticket], by: str, *more: str) -> dict[tuple[Any, ...], Tally]:
    """The tickets counted: by the columns of `more`, then by the part's key. One query."""
    rows: Any = tickets.order_by().annotate(waited=WAITED, part=PARTS[by].of)
    counts = {f"n_{f.key}": Count("pk", filter=f.when) for f in FIGURES.values()}
    sums = {
        "wait": Sum("waited", filter=CALLED), "longest": Max("waited", filter=CALLED),
        "window": Sum("window_s", filter=Q(state="served")), "over": Sum("overtime_s"),
    }  # fmt: skip
    grouped = rows.values_list(*more, "part").annotate(**counts, **sums)
    found = {}
    for row in grouped.values(*more, "part", *counts, *sums):
        numbers = {f.key: row[f"n_{f.key}"] for f in FIGURES.values()}
        found[tuple(row[name] for name in (*more, "part"))] = Tally(
            **numbers, wait_s=_seconds(row["wait"]), longest_s=_seconds(row["longest"]),
            window_s=row["window"] or 0, overtime_s=row["over"] or 0,
        )  # fmt: skip
    return found


def _seconds(span: timedelta | None) -> int:
    return round(span.total_seconds()) if span else 0
