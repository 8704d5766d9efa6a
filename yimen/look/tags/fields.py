"""Form components: a field with its label, hint and error; the summary of all errors."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms import BoundField
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

register = template.Library()

WIDTHS = {2, 3, 4, 5, 10, 20, 30}


def sort_of(bound: BoundField) -> str:
    """Which drawing a field needs, from its widget."""
    widget = bound.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.MultiWidget):
        return "several"
    return "single"


def css_class(bound: BoundField, width: int | None) -> str:
    widget = bound.field.widget
    if isinstance(widget, forms.Textarea):
        base = "govuk-textarea"
    elif isinstance(widget, forms.Select):
        base = "govuk-select"
    elif isinstance(widget, forms.FileInput):
        base = "govuk-file-upload"
    else:
        base = "govuk-input"
        if isinstance(widget, forms.DateInput):
            width = width or 10
    words = [base, widget.attrs.get("class", "")]
    if width in WIDTHS and base == "govuk-input":
        words.append(f"govuk-input--width-{width}")
    if bound.errors:
        words.append(f"{base}--error")
    return " ".join(filter(None, words))


def _described(bound: BoundField, hint: Any) -> str:
    ids = [f"{bound.auto_id}-hint"] if hint else []
    if bound.errors:
        ids.append(f"{bound.auto_id}-error")
    return " ".join(ids)


def _control(bound: BoundField, described: str, options: dict[str, Any]) -> str:
    attrs: dict[str, Any] = {"class": css_class(bound, options.get("width"))}
    if described:
        attrs["aria-describedby"] = described
    for name in ("rows", "autocomplete", "inputmode", "placeholder", "spellcheck", "list"):
        if options.get(name):
            attrs[name] = options[name]
    if options.get("key"):
        attrs["data-key"] = options["key"]
    if options.get("scan"):
        attrs["data-scan"] = ""
    return bound.as_widget(attrs=attrs)


def _draw(bound: BoundField, options: dict[str, Any]) -> str:
    sort = sort_of(bound)
    if sort == "hidden":
        return str(bound)
    hint = options.get("hint") or bound.help_text
    described = _described(bound, hint)
    optional = not bound.field.required and getattr(bound.form, "mark_optional", True)
    optional = optional and bound.name not in getattr(bound.form, "demanded", ())
    data = {
        "bound": bound,
        "sort": sort,
        "label": options.get("label") or bound.label,
        "hint": hint,
        "described": described,
        "optional": optional and sort != "checkbox",
        "options": options,
        "control": _control(bound, described, options) if sort in ("single", "several") else "",
    }
    return render_to_string("look/components/field.html", data)


@register.simple_tag
def field(bound: Any, **options: Any) -> str:
    """`{% field form.name %}` draws any Django field.

    Options: label, hint, width (2-30), inline (radios side by side), heading (the label is the
    page's h1), small (for the desk's checkboxes and radios), prefix, suffix, rows, autocomplete,
    inputmode, placeholder, key (Alt shortcut), scan (takes what a scanner types), hide_label.
    """
    return _draw(bound, options) if bound is not None and bound != "" else ""


@register.simple_tag
def all_fields(form: Any, **options: Any) -> str:
    """Every field of a form in its order, hidden ones included."""
    return render_to_string(
        "look/components/fields.html", {"drawn": [_draw(bound, options) for bound in form]}
    )


def problems_of(form: Any) -> list[dict[str, Any]]:
    """The errors of a form or formset in the order of the page, with where each one is."""
    if form is None or not getattr(form, "is_bound", False):
        return []
    if hasattr(form, "forms"):
        found = [{"message": m, "target": ""} for m in form.non_form_errors()]
        return found + [item for part in form.forms for item in problems_of(part)]
    found = [{"message": m, "target": ""} for m in form.non_field_errors()]
    for bound in form:
        found += [{"message": m, "target": _target(bound)} for m in bound.errors]
    return found


def _target(bound: BoundField) -> str:
    """The id of the control an error leads to: of a group, the first choice that is shown."""
    if sort_of(bound) in ("radios", "checkboxes"):
        shown = (part for part in bound.subwidgets if part.data["value"] not in (None, ""))
        return next((part.id_for_label for part in shown), bound.auto_id)
    return bound.id_for_label or bound.auto_id


@register.inclusion_tag("look/components/error_summary.html")
def error_summary(*forms_: Any) -> dict[str, Any]:
    """`{% error_summary form other_form %}`: all that is wrong, each a link to its field."""
    return {"problems": [item for form in forms_ for item in problems_of(form)]}


@register.inclusion_tag("look/components/filter_bar.html", takes_context=True)
def filter_bar(context: Any, form: Any, action: Any = "", submit: Any = "") -> dict[str, Any]:
    """A row of filters that answers to GET; clearing goes to the bare address."""
    request: HttpRequest | None = context.get("request")
    return {
        "drawn": [_draw(bound, {}) for bound in form],
        "action": action or (request.path if request else ""),
        "submit": submit or _("筛选"),
        "in_use": bool(request and any(v for k, v in request.GET.items() if k != "cursor")),
    }
