"""What base.html and desk.html need to know about the request, in one place and without
a query of their own (the hooks named in settings may make one)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yimen.lib.actor import ANONYMOUS, Actor
from yimen.look import preferences
from yimen.look.language import pick
from yimen.look.navigation import Link, desk_links, longest_prefix

FOOTER = (
    (_("求助"), "hotline:help"),
    (_("求助地图"), "hotline:public_map"),
    (_("开放数据"), "reports:open_data"),
    (_("服务中心"), "places:centres"),
    (_("服务清单"), "directory:services"),
    (_("公告"), "notices:public"),
    (_("上门服务"), "homeservice:about"),
    (_("核验结果文书"), "cases:verify"),
    (_("公示"), "cases:postings"),
    (_("行风检查结果"), "supervision:public"),
    (_("示范窗口和服务标兵"), "supervision:commended"),
    (_("投诉工作人员"), "supervision:complain"),
)
GATEWAY = {"name": {"zh": "社区事务受理服务中心", "en": "Community affairs service centre"}}
PUBLIC = (
    (_("首页"), "pages:home", "/"),
    (_("办事指南"), "matters:search", "/matters/"),
    (_("查进度"), "cases:track", "/track/"),
    (_("我的办件"), "cases:mine", "/my/"),
)
DEMO_ACCOUNTS = (
    ("clerk", _("窗口（本部）")),
    ("clerk2", _("窗口（滨河分中心）")),
    ("officer", _("后台：民政")),
    ("officer2", _("后台：医保")),
    ("officer3", _("后台：户籍")),
    ("officer4", _("后台：社保")),
    ("officer5", _("后台：就业")),
    ("head", _("民政后台负责人")),
    ("director", _("中心主任")),
    ("deputydirector", _("中心副主任")),
    ("assistant", _("行政助理")),
    ("supervisor", _("行风监督员")),
    ("inspector", _("效能督办（投诉）")),
    ("auditor", _("审计")),
    ("editor", _("事项目录编辑")),
    ("groups", _("群众团队后台")),
    ("office", _("群文领导小组办公室")),
    ("committee", _("第一居委会")),
    ("admin", _("系统管理员")),
    ("courier", _("快递员")),
    ("partner", _("抢修单位")),
    ("partner2", _("照护单位")),
    ("resident", _("居民")),
    ("resident2", _("居民")),
)


def link(name: str, fallback: str = "") -> str:
    """The address of a named page, or `fallback` where this installation has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return fallback


class Shell:
    """Lazy facts about the frame around a page."""

    def __init__(self, request: HttpRequest | None) -> None:
        self.request = request

    @cached_property
    def actor(self) -> Actor:
        return getattr(self.request, "actor", ANONYMOUS)

    @property
    def is_staff(self) -> bool:
        return self.actor.kind == "staff"

    @cached_property
    def _gateway(self) -> dict[str, Any]:
        """Name and number in force, by the hook; the installation's own where nobody can say."""
        own = {**GATEWAY, **getattr(settings, "YIMEN_GATEWAY", {})}
        path = getattr(settings, "YIMEN_GATEWAY_OF", "")
        if not path:
            return own
        ask = not getattr(self.request, "refused", False)  # what says no must not need the database
        try:
            return import_string(path)(self.actor.street, ask=ask)
        except DatabaseError:
            return own

    @property
    def gateway(self) -> str:
        return pick(self._gateway["name"])

    @property
    def gateway_phone(self) -> str:
        return str(self._gateway.get("phone", ""))

    @property
    def demo(self) -> bool:
        return bool(getattr(settings, "YIMEN_DEMO", False))

    @property
    def demo_accounts(self) -> list[tuple[str, Any]]:
        """Who is who in the demonstration; only the sign-in page of one shows it."""
        return [(name, words) for name, words in DEMO_ACCOUNTS] if self.demo else []

    @property
    def signup_open(self) -> bool:
        return bool(getattr(settings, "YIMEN_SIGNUP", False))

    @property
    def large(self) -> bool:
        return preferences.is_large(self.request)

    @property
    def contrast(self) -> bool:
        return preferences.is_high_contrast(self.request)

    @property
    def root_class(self) -> str:
        words = [
            "govuk-template",
            "y-large" if self.large else "",
            "y-contrast" if self.contrast else "",
        ]
        return " ".join(filter(None, words))

    @property
    def language(self) -> str:
        """The language tag of the page for `lang`."""
        return "en" if (get_language() or "").startswith("en") else "zh-Hans"

    @property
    def path(self) -> str:
        return self.request.path if self.request else "/"

    @property
    def here(self) -> str:
        """Where a preference form returns to: a page reached by POST has no address to repeat."""
        if self.request is None:
            return "/"
        return self.request.get_full_path() if self.request.method == "GET" else self.path

    @cached_property
    def messages(self) -> list[Any]:
        return list(get_messages(self.request)) if self.request else []

    @cached_property
    def public_links(self) -> list[Link]:
        pages = [(label, link(name, fallback)) for label, name, fallback in PUBLIC]
        here = longest_prefix(self.path, (href for _label, href in pages if href != "/"))
        current = here or ("/" if self.path == "/" else "")
        return [Link(label, href, current=href == current) for label, href in pages]

    @cached_property
    def footer_links(self) -> list[Link]:
        """Public pages that people look for at the foot, where this installation has them."""
        pages = [(label, link(name)) for label, name in FOOTER]
        return [Link(label, href) for label, href in pages if href]

    @property
    def me_url(self) -> str:
        """A resident's own page."""
        return link("people:me") if self.actor.kind == "resident" else ""

    @cached_property
    def desk_links(self) -> list[Link]:
        return desk_links(self.actor, self.path)

    @cached_property
    def person(self) -> str:
        """Who is signed in, by name: on the screen only, `Actor` carries no name of a person."""
        return str(getattr(getattr(self.request, "user", None), "called", self.actor.name))

    @cached_property
    def seats(self) -> list[str]:
        """By which seats the actor is here, in words; settings.YIMEN_SEATS names the hook."""
        hook = getattr(settings, "YIMEN_SEATS", "")
        return [str(seat) for seat in import_string(hook)(self.actor)] if hook else []

    @property
    def query(self) -> str:
        return self.request.GET.get("q", "") if self.request else ""

    @property
    def login_url(self) -> str:
        return link("account_login", "/accounts/login/")

    @property
    def logout_url(self) -> str:
        return link("account_logout", "/accounts/logout/")

    @property
    def security_url(self) -> str:
        return link("mfa_index", "")

    @property
    def matters_url(self) -> str:
        return link("matters:search", "/matters/")

    @property
    def desk_search_url(self) -> str:
        return link("pages:search", "/desk/search/")

    @property
    def preferences_url(self) -> str:
        return link("look:preferences", "/look/preferences/")
