"""Small marks inside a line: lights, stages, keys, masked numbers. Never colour alone."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

register = template.Library()

# The shape differs with the colour, and the word says it: three ways to read one light.
LIGHTS = {
    "green": ("●", _("正常")),
    "yellow": ("▲", _("临期")),
    "red": ("◆", _("逾期")),
    "grey": ("○", _("未计时")),
}
STAGES = {
    "received": _("已收件"),
    "supplementing": _("待补正"),
    "handling": _("办理中"),
    "decided": _("已决定"),
    "delivering": _("送达中"),
    "closed": _("已结束"),
}
ENDINGS = {
    "completed": _("已办结"),
    "not_accepted": _("不予受理"),
    "withdrawn": _("已撤回"),
    "lapsed": _("已失效"),
    "void": _("已作废"),
    "moved": _("已转出"),
    "merged": _("已并案"),
}
TONES = {
    "received": "blue",
    "supplementing": "orange",
    "handling": "teal",
    "decided": "purple",
    "delivering": "blue",
    "completed": "green",
}


@register.simple_tag
def light(colour: str, text: Any = "") -> SafeString:
    """`{% light "yellow" %}` or with your own words: `{% light case.light case.due_words %}`."""
    colour = str(colour or "grey")
    colour = colour if colour in LIGHTS else "grey"
    shape, word = LIGHTS[colour]
    return format_html(
        '<span class="y-light y-light--{}">'
        '<span class="y-light__shape" aria-hidden="true">{}</span>{}</span>',
        colour,
        shape,
        text or word,
    )


@register.simple_tag
def stage(value: str, ending: str = "") -> SafeString:
    """`{% stage case.stage case.ending %}`: where a case stands, in one word."""
    key = str(ending or value or "")
    word = ENDINGS.get(key) or STAGES.get(key) or key
    return tag(word, TONES.get(key, "grey"))


@register.simple_tag
def tag(text: Any, tone: str = "teal") -> SafeString:
    """A quiet label: tone teal, blue, green, orange, red, purple or grey."""
    return format_html('<strong class="govuk-tag y-tag--{}">{}</strong>', tone, text)


@register.simple_tag
def kbd(*keys: Any) -> SafeString:
    """`{% kbd "Alt" "S" %}`: a keyboard hint."""
    return format_html(
        '<span class="y-keys">{}</span>',
        format_html_join("", "<kbd>{}</kbd>", ((key,) for key in keys if key)),
    )


@register.simple_tag
def copyable(text: Any) -> SafeString:
    """A number that a script, where there is one, lets people copy with one press."""
    return format_html(
        '<span class="y-copy" data-copy><span class="y-copy__text">{}</span></span>', text
    )


@register.simple_tag(takes_context=True)
def masked(context: Any, mask: Any, action: str = "", **options: Any) -> str:
    """A masked number; with `action` (the address that takes the POST) a form to see it in full.

    The form sends `reason` (required) and whatever `name`/`value` say. Options: `label` (what
    the number is, for screen readers), `name`, `value`.
    """
    data = {"shown": mask, "action": action, "request": context.get("request"), **options}
    data["csrf_token"] = context.get("csrf_token")
    return render_to_string("look/components/masked.html", data)
