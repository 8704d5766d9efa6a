"""Sentences of custody that depend on what happened."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.custody.rules import Found

SCANNED = {
    Found.RECEIVED: _("已接收：%(name)s"),
    Found.ALREADY: _("本来就在这里：%(name)s"),
    Found.BACK: _("已收回：%(name)s。原来的移交已取消。"),
    Found.ELSEWHERE: _(
        "已在这里登记，但它原本要送往别的单位：%(name)s。已作标记，请联系发出单位。"
    ),
    Found.UNANNOUNCED: _("已在这里登记，但没有移交记录：%(name)s。已作标记，请联系原保管单位。"),
    Found.LOST_FOUND: _("已找回：%(name)s"),
    Found.BY_PARCEL: _("寄件退回，已接收：%(name)s"),
}
