"""A call that nobody could take becomes a question of the centre's service desk (AFF-3)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from yimen.contacts.actions import ask
from yimen.contacts.models import Channel, Enquiry
from yimen.lib.actor import ANONYMOUS
from yimen.people.models import Party
from yimen.places.models import ServicePoint


def call_back(
    *, centre: ServicePoint, asker: Party, about: str, wish: str = "", at: datetime
) -> Enquiry:
    """The question, owned by the desk from this moment: it has an answer's term, and the caller's
    number lies with the person's record, not in its words."""
    with override("zh-hans"):
        words = _("来电请求回电。") if wish != "home" else _("来电要上门服务，请回电约时间。")
        if about:
            words += _("来电前用编号和查询码查过办件 %(number)s。") % {"number": about}
        asked = ask(words, by=ANONYMOUS, at=at, centre=centre, channel=Channel.PHONE, asker=asker)
    return asked.enquiry
