"""Spans and dates in words, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yimen.clock.rules import Due
from yimen.lib.spans import Span, Unit


def span_words(span: Span) -> str:
    """`5 个工作日`, `30 日`, `2 小时`, `当场`."""
    n = {"n": span.n}
    match span.unit:
        case Unit.AT_ONCE:
            return _("当场")
        case Unit.WORKING_DAYS:
            return ngettext("%(n)d 个工作日", "%(n)d 个工作日", span.n) % n
        case Unit.CALENDAR_DAYS:
            return ngettext("%(n)d 日", "%(n)d 日", span.n) % n
        case Unit.HOURS:
            return ngettext("%(n)d 小时", "%(n)d 小时", span.n) % n
        case Unit.MINUTES:
            return ngettext("%(n)d 分钟", "%(n)d 分钟", span.n) % n


def due_note(due: Due) -> str:
    """What must be said beside a due date; nothing when it is plain."""
    if due.stopped:
        return _("计时已暂停，恢复后重新计算期限。")
    if due.provisional:
        return _("暂定日期：期限跨入工作日安排尚未公布的年份，公布后重新计算。")
    return ""
