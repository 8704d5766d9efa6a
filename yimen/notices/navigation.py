"""What this house offers in the desk's navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.lib.actor import Actor, Can
from yimen.look.navigation import Entry
from yimen.notices import perms, queries


def _staff(actor: Actor) -> bool:
    return actor.kind == "staff"


def _drafts(actor: Actor) -> int:
    """What waits for somebody to release it; 0 for who may not."""
    if not perms.may_release(actor, actor.street):
        return 0
    waiting = queries.announcements_of(actor).filter(released_at=None, withdrawn_at=None)
    return waiting.order_by().values("pk")[:100].count()


DESK = [
    Entry(
        _("收件箱"), "notices:inbox", key="m", when=_staff, order=15,
        hint=_("发给您和您单位的提醒、催办和转交"), figure=queries.unread_count,
    ),
    Entry(
        _("发件记录"), "notices:outbox", can=(Can.ADMIN, Can.DIRECT, Can.COORDINATE, Can.AUDIT),
        order=80, hint=_("发给居民的短信和信件，是否送达"),
    ),
    Entry(
        _("公告"), "notices:announcements", when=perms.may_write, order=49,
        hint=_("写一次，网页、自助机、屏幕、短信、小报、广播都有"), figure=_drafts,
    ),
    Entry(
        _("后台任务"), "notices:errands", can=(Can.ADMIN, Can.DIRECT), order=90,
        hint=_("失败的任务在最前面，可以重新执行"),
    ),
]  # fmt: skip
