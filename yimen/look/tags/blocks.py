"""Components that wrap a piece of template: `{% details "..." %} ... {% enddetails %}`."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


def _draw(name: str, **data: Any) -> str:
    return render_to_string(f"look/components/{name}.html", data)


@register.simple_block_tag(end_name="endtable")
def table(content: str, caption: Any, size: str = "", hide_caption: bool = False) -> str:
    """A table with its caption, scrolling sideways inside itself on a narrow screen. The
    content is thead and tbody. size: "compact" for the desk's long lists."""
    return _draw(
        "table",
        content=content,
        caption=caption,
        size=size,
        hidden=hide_caption,
        id=uuid4().hex[:8],
    )


@register.simple_block_tag(end_name="endsummary")
def summary(content: str, compact: bool = False) -> SafeString:
    """A summary list written row by row with `{% row "申请人" %}...{% endrow %}`."""
    extra = " y-summary--compact" if compact else ""
    return format_html('<dl class="govuk-summary-list y-summary{}">{}</dl>', extra, content)


@register.simple_block_tag(end_name="endrow")
def row(content: str, label: Any, href: str = "", action: Any = "") -> str:
    return _draw("row", content=content, label=label, href=href, action=action or _("修改"))


@register.simple_block_tag(end_name="enddetails")
def details(content: str, label: Any, open: bool = False) -> str:
    """Text that opens on demand."""
    return _draw("details", content=content, label=label, open=open)


@register.simple_block_tag(end_name="endnotice")
def notice(content: str, title: Any = "", tone: str = "info") -> str:
    """A banner whose content is template. tone: info, success, warning, error."""
    return _draw("banner", content=content, title=title, tone=tone)


@register.simple_block_tag(end_name="endcard")
def card(content: str, title: Any = "", level: int = 2, tone: str = "") -> str:
    """A quiet box with a heading; not for everything, only where things stand side by side."""
    return _draw("card", content=content, title=title, level=level, tone=tone)


@register.simple_block_tag(end_name="endactions")
def actions(content: str, label: Any = "") -> SafeString:
    """The buttons of a page. On the desk the bar stays in sight at the bottom."""
    return format_html(
        '<div class="y-actions" role="group" aria-label="{}">{}</div>', label or _("操作"), content
    )


@register.simple_block_tag(end_name="endstats")
def stats(content: str) -> SafeString:
    return format_html('<div class="y-stats">{}</div>', content)


@register.simple_block_tag(end_name="endtiles")
def tiles(content: str) -> SafeString:
    return format_html('<ul class="y-tiles">{}</ul>', content)


@register.simple_block_tag(end_name="endbuttons")
def buttons(content: str) -> SafeString:
    return format_html('<div class="govuk-button-group">{}</div>', content)
