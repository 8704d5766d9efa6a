"""Where the directory stands on the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.directory import perms, queries
from yimen.directory.models import Helper
from yimen.lib.actor import Actor
from yimen.look.navigation import Entry


def _to_vet(actor: Actor) -> int:
    if not perms.keeps(actor, actor.street):
        return 0
    return queries.helpers_visible_to(actor).filter(state=Helper.State.OFFERED).count()


DESK = [
    Entry(
        _("服务和单位"), "directory:units", when=perms.sees, order=60,
        hint=_("谁能办什么，在哪里、什么时候、收不收费"),
    ),
    Entry(
        _("邻里帮手"), "directory:helpers", when=lambda a: perms.asks(a, a.street), order=61,
        hint=_("愿意帮忙的邻居：核实、请人、道谢"), figure=_to_vet,
    ),
]  # fmt: skip
