"""The base of every form: sentences for people, dates as people write them, and the refusals of
actions shown where they belong, with what was typed still there.

    form = AcceptForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            cases.actions.accept(case, by=request.actor, at=now())
            return redirect(...)
    return render(request, ..., {"form": form}, status=form.http_status)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from yimen.lib.errors import Invalid, Problem, Refused, Stale
from yimen.lib.masking import holds_id

YEARS = (1800, 2199)  # statutes may be old; nothing here is counted further ahead
DATE_FORMATS = ["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
CHOSEN = (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple)


class DateInput(forms.DateInput):
    """One box: the browser's own calendar where it has one, plain text where it has not."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"placeholder": "2026-01-31", **(attrs or {})}, format="%Y-%m-%d")


def without_id(text: str) -> None:
    """For texts that many will read: an identity number does not belong there."""
    if holds_id(text):
        raise forms.ValidationError(_("里面好像有身份证号码。为了您的安全，请删去再提交。"))


class DateField(forms.DateField):
    """A day, also as 20260131, 2026/1/31 or 2026年1月31日."""

    widget = DateInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("请按“年-月-日”填写日期，例如 2026-01-31。")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"input_formats": DATE_FORMATS, **kwargs})

    def to_python(self, value: Any) -> date | None:
        """A slip in the year (0026, 9999) is told, before anybody counts days from it."""
        found = super().to_python(value)
        if found and not YEARS[0] <= found.year <= YEARS[1]:
            raise forms.ValidationError(_("请核对年份。"), code="year")
        return found


class Refusable:
    """Shows the refusals of actions as errors of the form."""

    # Where a field of the action has another name in this form: {"applicant.id_number": "number"}
    problem_fields: ClassVar[Mapping[str, str]] = {}
    mark_optional = True
    # Fields that a rule of `clean` asks for in some cases: they are not called optional.
    demanded: ClassVar[tuple[str, ...]] = ()
    http_status = 200
    fields: dict[str, forms.Field]

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Catch Invalid, Refused and Stale; everything else passes."""
        try:
            yield
        except (Invalid, Refused, Stale) as problem:
            self.add_problem(problem)

    def add_problem(self, problem: Problem) -> None:
        """Put each wrong field's sentence under the field; what fits nowhere stands on top."""
        self.http_status = problem.status
        if not self.is_bound:  # type: ignore[attr-defined]
            self.cleaned_data: dict[str, Any] = {}  # nothing was typed; Django asks for it
        placed = False
        for error in problem.errors:
            sentence = " ".join(str(part) for part in (error.message, error.remedy) if part)
            self.add_error(self.field_for(error.field), sentence)  # type: ignore[attr-defined]
            placed = True
        if not placed:
            self.add_error(None, str(problem.detail or problem.code))  # type: ignore[attr-defined]

    def field_for(self, path: str) -> str | None:
        """The form's field that a dotted path means, or None for the form as a whole."""
        flat = path.replace(".", "_")
        last = path.rsplit(".", 1)[-1]
        names = (self.problem_fields.get(path, ""), path, flat, last)
        return next((name for name in names if name in self.fields), None)

    def _plain_sentences(self) -> None:
        for name, field in self.fields.items():
            if field.error_messages.get("required") is DJANGOS:
                field.error_messages["required"] = _missing(field, field.label or name)


def _missing_now(field: forms.Field, label: Any) -> str:
    if isinstance(field.widget, CHOSEN):
        sentence = _("请选择“%(label)s”。")
    elif isinstance(field.widget, forms.CheckboxInput):
        sentence = _("请勾选“%(label)s”。")
    elif isinstance(field.widget, forms.FileInput):
        sentence = _("请上传“%(label)s”。")
    else:
        sentence = _("请填写“%(label)s”。")
    return str(sentence % {"label": label})


# put into words only when somebody left the field empty: most forms never say it
_missing = lazy(_missing_now, str)
DJANGOS = forms.Field.default_error_messages["required"]


class Form(Refusable, forms.Form):
    """A form of this product."""

    use_required_attribute = False  # our sentence, not the browser's

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self._plain_sentences()

    def is_valid(self) -> bool:
        valid = super().is_valid()
        if self.is_bound and not valid:
            self.http_status = 422
        return valid

    @property
    def general_errors(self) -> Any:
        return self.errors.get(NON_FIELD_ERRORS, [])


class FilterForm(Form):
    """Filters of a list: all optional, answered by GET, nothing marked."""

    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and readable; a wrong one is left out, its sentence shows."""
        self.is_valid()
        return {
            k: v for k, v in getattr(self, "cleaned_data", {}).items() if v not in (None, "", [])
        }
