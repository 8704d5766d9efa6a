"""What was joined to the line (HLP-9): the old lines, 12345, the web, the machines. Each has an
owner who answers for it and somebody to ask."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class Way(models.TextChoices):
    """By which way a request came: the line that was dialled, or no telephone at all."""

    ONE = "one", pgettext_lazy("line", "统一号码")
    JUSTICE = "justice", pgettext_lazy("line", "司法热线")
    PETITIONS = "petitions", pgettext_lazy("line", "信访热线")
    DAILY = "daily", pgettext_lazy("line", "生活服务热线")
    CITY = "city", pgettext_lazy("line", "12345 转来")
    WEB = "web", pgettext_lazy("line", "网页")
    KIOSK = "kiosk", pgettext_lazy("line", "自助机")
    SMS = "sms", pgettext_lazy("line", "短信")
    WORKER = "worker", pgettext_lazy("line", "社工代办")
