"""What a browser may send about bookings."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yimen.bookings.actions import Line
from yimen.bookings.models import Opening, Resource
from yimen.lib import text
from yimen.lib.time import ZONE
from yimen.look.forms import DateField, Form

FORMAT = "%Y-%m-%dT%H:%M"
WORDS = {"work": ("工作日", "work"), "off": ("休息日", "off")}


class StartsField(forms.Field):
    """A slot by the moment it begins, as the page offered it."""

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        try:
            return datetime.strptime(str(value)[:16], FORMAT).replace(tzinfo=ZONE)
        except ValueError:
            raise forms.ValidationError(_("请从列出的时间里选一个。")) from None


class StartsForm(Form):
    starts = StartsField(label=gettext_lazy("时间"), error_messages={"required": gettext_lazy("请选一个时间。")})  # fmt: skip


class HoursForm(Form):
    """When something can be booked: its pattern as lines of text, short to read and to change."""

    online = forms.BooleanField(
        label=gettext_lazy("居民可以自己在网上和自助机预约"), required=False
    )
    is_active = forms.BooleanField(label=gettext_lazy("接受预约"), required=False)
    slot_min = forms.IntegerField(label=gettext_lazy("每段几分钟"), min_value=5, max_value=480)
    ahead_days = forms.IntegerField(label=gettext_lazy("最多提前几天"), min_value=1, max_value=90)
    notice_min = forms.IntegerField(
        label=gettext_lazy("最晚提前几分钟"), min_value=0, max_value=10_000
    )
    lines = forms.CharField(
        label=gettext_lazy("开放时间和名额"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "每行一段：工作日或休息日，从几点到几点，每段几个名额。例如：工作日 9:00-11:30 2。"
            "只在星期几开放的写在最后，例如：工作日 13:00-16:00 1 一三五。调休上班的周末算工作日，法定节假日算休息日。"
        ),
    )

    def __init__(self, *args: Any, resource: Resource, **kwargs: Any) -> None:
        names = ("online", "is_active", "slot_min", "ahead_days", "notice_min")
        now = {name: getattr(resource, name) for name in names}
        now["lines"] = to_text(resource.openings.all())
        super().__init__(*args, initial=now, **kwargs)

    def clean_lines(self) -> list[Line]:
        found, wrong = [], []
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), 1):
            if not line.strip():
                continue
            try:
                found.append(_line(line))
            except (ValueError, IndexError):
                wrong.append(
                    _("第 %(line)d 行读不懂。请照这样写：工作日 9:00-11:30 2") % {"line": number}
                )
        if wrong:
            raise forms.ValidationError(wrong)
        return found


DAYS = "一二三四五六日"


def _line(typed: str) -> Line:
    """`工作日 9:00-11:30 2 一三五`; ValueError when it is not one."""
    cells = text.half_width(typed).replace("－", "-").replace("–", "-").split()
    on = (
        next(code for code, words in WORDS.items() if cells[0] in words) if _known(cells[0]) else ""
    )
    opens, closes = (_clock(cell) for cell in cells[1].split("-"))
    days = tuple(sorted({DAYS.index(char) + 1 for char in cells[3]})) if len(cells) > 3 else ()
    if not on or len(cells) > 4:
        raise ValueError(typed)
    return Line(on, opens, closes, int(cells[2]), days)


def _known(word: str) -> bool:
    return any(word in words for words in WORDS.values())


def _clock(typed: str) -> time:
    hour, minute = typed.split(":")
    return time(int(hour), int(minute))


def to_text(openings: Any) -> str:
    """The lines that `HoursForm` reads."""
    rows = sorted(openings, key=lambda o: (o.on != Opening.On.WORK, o.opens, o.weekdays))
    return "\n".join(
        f"{WORDS[o.on][0]} {o.opens:%H:%M}-{o.closes:%H:%M} {o.places} "
        f"{''.join(DAYS[n - 1] for n in o.weekdays)}".rstrip()
        for o in rows
    )


class ClosureForm(Form):
    day = DateField(label=gettext_lazy("哪一天停约"))
    opens = forms.TimeField(label=gettext_lazy("从几点"), required=False, help_text=gettext_lazy("不填就是全天。"))  # fmt: skip
    closes = forms.TimeField(label=gettext_lazy("到几点"), required=False)

    def span(self) -> tuple[datetime, datetime]:
        given = self.cleaned_data
        begin = given["opens"] or time(0, 0)
        end = given["closes"] or time(23, 59)
        day = given["day"]
        return datetime.combine(day, begin, ZONE), datetime.combine(day, end, ZONE)
