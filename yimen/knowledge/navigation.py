"""What this house offers in the desk's navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.knowledge.perms import may_write
from yimen.lib.actor import Can
from yimen.look.navigation import Entry

DESK = [
    Entry(
        label=_("法规公报"), url="knowledge:list", can=(Can.CATALOGUE,), order=72,
        hint=_("收录法规和公报，登记修改和废止"),
    ),
    Entry(
        label=_("答复文章"), url="knowledge:articles", when=may_write, order=31,
        hint=_("把好的答复写成文章，请另一个人审核后公开"),
    ),
]  # fmt: skip
