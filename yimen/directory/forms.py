"""What a browser may send about services, units and neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yimen.bodies.models import Body
from yimen.directory import rules
from yimen.directory.actions import Gives
from yimen.directory.models import Fee, Helper, Service, Unit
from yimen.lib import text
from yimen.look.forms import DateField, FilterForm, Form, without_id
from yimen.places.models import Division


class ListFilter(FilterForm):
    """Narrows the list of services."""

    q = forms.CharField(label=_("找服务"), max_length=60)
    fee = forms.ChoiceField(label=_("费用"), choices=[("", _("全部")), *Fee.choices])
    street = forms.ChoiceField(label=_("街道"))

    def __init__(self, *args: Any, streets: Sequence[Division], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["street"].choices = [(s.code, s.name) for s in streets]  # type: ignore[attr-defined]
        if len(streets) < 2:
            del self.fields["street"]


class HoursField(forms.CharField):
    """Spans of a day as people write them: `8:30-11:30, 13:00-17:00`; empty is closed."""

    def to_python(self, value: Any) -> Any:
        typed = text.half_width(super().to_python(value) or "")
        for sign in "，、;；":
            typed = typed.replace(sign, ",")
        spans = [[_padded(end) for end in _ends(one)] for one in typed.split(",") if one.strip()]
        try:
            rules.check_hours({"weekday": spans})
        except ValueError:
            raise forms.ValidationError(
                _now("请照这样写：8:30-11:30, 13:00-17:00。一天到 24:00 为止。")
            ) from None
        return spans

    def prepare_value(self, value: Any) -> str:
        if isinstance(value, str) or value is None:
            return value or ""
        return ", ".join("-".join(span) for span in value)


def _ends(span: str) -> list[str]:
    ends = span.replace("－", "-").replace("–", "-").replace("—", "-").split("-")
    if len(ends) != 2:
        raise forms.ValidationError(_now("“%(span)s”读不懂：请写从几点到几点。") % {"span": span})
    return ends


def _padded(clock: str) -> str:
    return clock.strip().zfill(5)


class ServiceForm(Form):
    """One line of the list of services."""

    code = forms.SlugField(label=_("代码"), max_length=40, help_text=_("小写字母、数字和连字符"))
    name = forms.CharField(label=_("名称"), max_length=60)
    name_en = forms.CharField(label=_("英文名称"), max_length=80, required=False)
    what = forms.CharField(label=_("做什么"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))  # fmt: skip
    what_en = forms.CharField(
        label=_("做什么（英文）"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    audience = forms.CharField(label=_("给谁"), max_length=100)
    audience_en = forms.CharField(label=_("给谁（英文）"), max_length=140, required=False)
    when = forms.CharField(label=_("什么时候"), max_length=100)
    when_en = forms.CharField(label=_("什么时候（英文）"), max_length=140, required=False)
    fee = forms.ChoiceField(label=_("费用"), choices=Fee.choices)
    price = forms.CharField(
        label=_("价格"),
        max_length=80,
        required=False,
        help_text=_("低偿和有偿要写，例如：每小时 30 元"),
    )
    price_en = forms.CharField(label=_("价格（英文）"), max_length=120, required=False)
    needs = forms.CharField(
        label=_("对应的需求代码"), required=False,
        help_text=_("求助分类里的代码，用空格分开；写上一级就包括下面各级"),
    )  # fmt: skip
    is_policy = forms.BooleanField(label=_("政策咨询"), required=False)
    is_active = forms.BooleanField(label=_("现在提供"), required=False)

    def __init__(self, *args: Any, service: Service | None, **kwargs: Any) -> None:
        names = [n for n in self.base_fields if n != "needs"]
        now: dict[str, Any] = {"is_active": True}
        if service:
            now = {n: getattr(service, n) for n in names} | {"needs": " ".join(service.needs)}
        super().__init__(*args, initial=now, **kwargs)
        if service:
            del self.fields["code"]

    def clean_needs(self) -> list[str]:
        return sorted(set(self.cleaned_data["needs"].split()))


class UnitForm(Form):
    """A unit, and below it what it gives: a fee for each service, and its price."""

    code = forms.SlugField(label=_("代码"), max_length=40, help_text=_("小写字母、数字和连字符"))
    name = forms.CharField(label=_("名称"), max_length=80)
    name_en = forms.CharField(label=_("英文名称"), max_length=120, required=False)
    sort = forms.ChoiceField(label=_("性质"), choices=Unit.Sort.choices)
    body = forms.ModelChoiceField(
        Body.objects.none(), label=_("平台上的单位"), required=False,
        help_text=_("在平台上签收办理的单位选这里；没有的填电话"),
    )  # fmt: skip
    phone = forms.CharField(label=_("单位电话"), max_length=30, required=False)
    address = forms.CharField(label=_("地址"), max_length=120, required=False)
    lon = forms.DecimalField(
        label=_("经度"),
        max_digits=9,
        decimal_places=6,
        min_value=-180,
        max_value=180,
        required=False,
    )
    lat = forms.DecimalField(
        label=_("纬度"), max_digits=8, decimal_places=6, min_value=-90, max_value=90, required=False
    )
    areas = forms.MultipleChoiceField(
        label=_("服务范围"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选就是全街道"),
    )  # fmt: skip
    weekday = HoursField(
        label=_("工作日"),
        required=False,
        help_text=_("例如 8:30-11:30, 13:00-17:00；昼夜服务写 0:00-24:00；不填是不开"),
    )
    weekend = HoursField(label=_("周末和节假日"), required=False)
    capacity = forms.IntegerField(
        label=_("同时最多几件"),
        min_value=1,
        max_value=9999,
        required=False,
        help_text=_("不填是不限"),
    )
    mentor = forms.ModelChoiceField(Body.objects.none(), label=_("带教单位"), required=False)
    trained_on = DateField(label=_("最近一次培训"), required=False)
    agreed_until = DateField(label=_("合作到哪一天"), required=False)
    is_active = forms.BooleanField(label=_("现在合作"), required=False)

    def __init__(
        self, *args: Any, unit: Unit | None, services: Sequence[Service],
        committees: Sequence[Division], bodies: Any, **kwargs: Any,
    ) -> None:  # fmt: skip
        self.services = services
        super().__init__(*args, initial=_now_of(unit), **kwargs)
        self.fields["areas"].choices = [(c.code, c.name) for c in committees]  # type: ignore[attr-defined]
        for name in ("body", "mentor"):
            self.fields[name].queryset = bodies  # type: ignore[attr-defined]
        for one in services:
            self.fields[f"fee_{one.code}"] = forms.ChoiceField(
                label=one.label, required=False, choices=[("", _("不提供")), *Fee.choices]
            )
            self.fields[f"price_{one.code}"] = forms.CharField(
                label=_("价格"), max_length=80, required=False
            )
        if unit:
            del self.fields["code"]

    def given(self) -> list[tuple[Any, Any]]:
        """The pairs of fields of each service, for the page."""
        return [(self[f"fee_{s.code}"], self[f"price_{s.code}"]) for s in self.services]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for one in self.services:
            fee, price = data.get(f"fee_{one.code}"), data.get(f"price_{one.code}")
            if fee and fee != Fee.FREE and not price:
                self.add_error(f"price_{one.code}", _now("请写明价格，居民先知道再决定。"))
        if (data.get("lon") is None) != (data.get("lat") is None):
            self.add_error("lat", _now("经度和纬度要么都填，要么都不填。"))
        return data

    def facts(self) -> dict[str, Any]:
        """The arguments of `set_unit`."""
        data = self.cleaned_data
        plain = {
            k: v for k, v in data.items() if not k.startswith(("fee_", "price_")) and k not in ("code", "weekday", "weekend")
        }  # fmt: skip
        gives = [
            Gives(s.code, data[f"fee_{s.code}"], data[f"price_{s.code}"])
            for s in self.services
            if data[f"fee_{s.code}"]
        ]
        return plain | {"gives": gives, "hours": {n: data[n] for n in ("weekday", "weekend")}}


def _now_of(unit: Unit | None) -> dict[str, Any]:
    if unit is None:
        return {"is_active": True}
    fields = set(UnitForm.base_fields) - {"weekday", "weekend"}
    now = {name: getattr(unit, name) for name in fields} | dict(unit.hours)
    for one in unit.offerings.select_related("service"):
        now |= {f"fee_{one.service.code}": one.fee, f"price_{one.service.code}": one.price}
    return now


class OfferForm(Form):
    """A neighbour offers help."""

    division = forms.ChoiceField(label=_("您住在哪个居村委"))
    services = forms.MultipleChoiceField(label=_("您能帮什么忙"), widget=forms.CheckboxSelectMultiple)  # fmt: skip
    times = forms.MultipleChoiceField(
        label=_("什么时候有空"), choices=Helper.TIMES, widget=forms.CheckboxSelectMultiple
    )
    weekly = forms.IntegerField(label=_("每周最多几次"), min_value=1, max_value=14, initial=1)
    consent = forms.BooleanField(
        label=_("我同意在需要时接到请求，并让被帮的人知道我姓什么"), required=False
    )

    def __init__(
        self, *args: Any, committees: Sequence[Division], services: Sequence[Service], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        places = [("", _("请选择")), *((c.code, c.name) for c in committees)]
        self.fields["division"].choices = places  # type: ignore[attr-defined]
        self.fields["services"].choices = [(s.code, s.label) for s in services]  # type: ignore[attr-defined]


class DeskOfferForm(OfferForm):
    """The same at the desk, for somebody who stands there."""

    id_number = forms.CharField(
        label=_("身份证号码"),
        max_length=18,
        help_text=_("本人在场，核对证件。只用来找到登记资料。"),
    )
    field_order = ("id_number", "division", "services", "times", "weekly", "consent")


class ConcernForm(Form):
    text = forms.CharField(
        label=_("您看到了什么"), max_length=1000, widget=forms.Textarea(attrs={"rows": 5}),
        validators=[without_id], help_text=_("有人正处在危险中，先打 110 或 120。"),
    )  # fmt: skip


class HandForm(Form):
    to = forms.ModelChoiceField(Body.objects.none(), label=_("转给哪个单位"))

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = bodies  # type: ignore[attr-defined]
