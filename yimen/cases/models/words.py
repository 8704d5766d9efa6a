"""The vocabulary of a case: its stages, endings, outcomes, channels, modes and capacities."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """The only state of a case."""

    RECEIVED = "received", _("已收件")
    SUPPLEMENTING = "supplementing", _("待补正")
    HANDLING = "handling", _("办理中")
    DECIDED = "decided", _("已决定")
    DELIVERING = "delivering", _("送达中")
    CLOSED = "closed", _("已办结")


class Ending(models.TextChoices):
    """How a closed case ended."""

    COMPLETED = "completed", _("办结")
    NOT_ACCEPTED = "not_accepted", _("不予受理")
    WITHDRAWN = "withdrawn", _("申请人撤回")
    LAPSED = "lapsed", _("逾期终止")
    VOID = "void", _("作废")
    MOVED = "moved", _("移交")
    MERGED = "merged", _("并案")


class Outcome(models.TextChoices):
    """What was decided."""

    GRANTED = "granted", _("准予")
    REFUSED = "refused", _("不予批准")


class Channel(models.TextChoices):
    COUNTER = "counter", _("窗口")
    ONLINE = "online", _("网上")
    KIOSK = "kiosk", _("自助机")
    PHONE = "phone", _("电话")
    POST = "post", _("邮寄")
    HOME = "home", _("上门")


class Mode(models.TextChoices):
    """Who accepts what is handed in here (Shanghai, citywide handling of 2018)."""

    DIRECT = "direct", _("直接受理")
    COLLECT = "collect", _("收受分离")
    LOCAL = "local", _("属地受理")


class Capacity(models.TextChoices):
    """In what capacity the person at the counter stands there."""

    SELF = "self", _("本人")
    GUARDIAN = "guardian", _("监护人")
    AGENT = "agent", _("委托代办人")
    HANDLER = "handler", _("单位经办人")
