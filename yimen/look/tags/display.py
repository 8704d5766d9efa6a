"""Components that show things, drawn from a list or a few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yimen.look.shell import Shell, link

register = template.Library()
HERE = "look/components/"


@register.simple_tag(takes_context=True)
def shell(context: Any) -> Shell:
    """Facts about the frame of the page (who, where, which language); used by the base pages."""
    return Shell(context.get("request"))


@register.simple_tag
def url_or(name: str, fallback: str = "", *args: Any) -> str:
    """The address of a named page, or `fallback` where this installation has no such page."""
    if not args:
        return link(name, fallback)
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return fallback


@register.inclusion_tag(HERE + "button.html")
def button(text: Any, href: str = "", variant: str = "primary", **options: Any) -> dict[str, Any]:
    """`{% button "提交" %}`. variant: primary, secondary, warning, quiet. With `href` a link.
    Options: name, value, key (letter of the Alt shortcut), confirm (question a script asks
    first), form (id), formaction, disabled, icon."""
    return {"text": text, "href": href, "variant": variant, **options}


@register.inclusion_tag(HERE + "back_link.html")
def back_link(href: str, text: Any = "") -> dict[str, Any]:
    return {"href": href, "text": text or _("返回")}


@register.inclusion_tag(HERE + "heading.html")
def page_heading(text: Any, caption: Any = "", lead: Any = "") -> dict[str, Any]:
    """The one h1 of a page with an optional caption above and a sentence below."""
    return {"text": text, "caption": caption, "lead": lead}


@register.inclusion_tag(HERE + "breadcrumbs.html")
def breadcrumbs(items: Iterable[Any]) -> dict[str, Any]:
    """(label, href) pairs; the last one is the page itself and needs no href."""
    return {"items": [_pair(item) for item in items]}


@register.inclusion_tag(HERE + "tabs.html")
def tabs(items: Iterable[Mapping[str, Any]], label: Any = "") -> dict[str, Any]:
    """Tabs that are links: items {"label", "href", "current", "count" (optional), "tone"}."""
    return {"items": list(items), "label": label or _("分类")}


@register.inclusion_tag(HERE + "summary_list.html")
def summary_list(rows: Iterable[Any], compact: bool = False) -> dict[str, Any]:
    """Rows of (label, value) or {"label", "value", "href", "action"}; empty values show a dash."""
    return {"rows": [_row(row) for row in rows], "compact": compact}


@register.inclusion_tag(HERE + "definitions.html")
def definitions(rows: Iterable[Any], caption: Any = "") -> dict[str, Any]:
    """A two-column table of terms and what they mean."""
    return {"rows": [_row(row) for row in rows], "caption": caption}


@register.inclusion_tag(HERE + "timeline.html")
def timeline(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Items {"title", "at", "text", "by", "href", "state"}; state: done, current, next, warning."""
    return {"items": list(items)}


@register.inclusion_tag(HERE + "pagination.html", takes_context=True)
def pagination(context: Any, page: Any, parameter: str = "cursor") -> dict[str, Any]:
    """Earlier and later for a `look.paging.Page`, keeping the other words of the address."""
    request: HttpRequest | None = context.get("request")
    return {
        "page": page,
        "next_href": _with(request, parameter, page.next),
        "previous_href": _with(request, parameter, page.previous),
    }


@register.inclusion_tag(HERE + "empty_state.html")
def empty_state(title: Any, text: Any = "", href: str = "", action: Any = "") -> dict[str, Any]:
    """What a page says when there is nothing to list, and what to do next."""
    return {"title": title, "text": text, "href": href, "action": action}


@register.inclusion_tag(HERE + "stat.html")
def stat(label: Any, figure: Any, href: str = "", tone: str = "", hint: Any = "") -> dict[str, Any]:
    """One figure that opens to its cases. tone: "", good, watch, bad (shown with a shape too)."""
    shape = {"good": "●", "watch": "▲", "bad": "◆"}.get(tone, "")
    return {
        "label": label,
        "figure": figure,
        "href": href,
        "tone": tone,
        "hint": hint,
        "shape": shape,
    }


@register.inclusion_tag(HERE + "tile.html")
def tile(title: Any, href: str, text: Any = "", **options: Any) -> dict[str, Any]:
    """A large target: title, one line. Options: icon (name of a drawing), key, figure."""
    return {"title": title, "href": href, "text": text, **options}


@register.inclusion_tag(HERE + "banner.html")
def banner(text: Any, title: Any = "", tone: str = "info") -> dict[str, Any]:
    """A notice across the page. tone: info, success, warning, error."""
    return {"text": text, "title": title, "tone": tone}


@register.inclusion_tag(HERE + "search_box.html", takes_context=True)
def search_box(
    context: Any, action: str, query: str = "", label: Any = "", **options: Any
) -> dict[str, Any]:
    """One search field with its button. Options: name, id, size ("large"), placeholder, button,
    method ("post" where names and numbers are typed, which must not stand in an address)."""
    options = {"name": "q", "id": "search", "button": _("搜索"), "method": "get", **options}
    options["csrf_token"] = context.get("csrf_token", "")
    return {"action": action, "query": query, "label": label or _("搜索"), **options}


@register.simple_tag
def icon(name: str, size: int = 24) -> SafeString:
    """A drawing of our own set (templates/look/icons.html holds the shapes); decoration only."""
    return format_html(
        '<svg class="y-icon" width="{}" height="{}" aria-hidden="true" focusable="false">'
        '<use href="#i-{}"></use></svg>',
        size,
        size,
        name,
    )


def _pair(item: Any) -> dict[str, Any]:
    if isinstance(item, Mapping):
        return dict(item)
    label, href = (*item, "")[:2] if isinstance(item, (tuple, list)) else (item, "")
    return {"label": label, "href": href}


def _row(row: Any) -> dict[str, Any]:
    return dict(row) if isinstance(row, Mapping) else {"label": row[0], "value": row[1]}


def _with(request: HttpRequest | None, parameter: str, value: str | None) -> str:
    if not value:
        return ""
    query = request.GET.copy() if request else None
    if query is None:
        return f"?{parameter}={value}"
    query[parameter] = value
    return "?" + query.urlencode()
