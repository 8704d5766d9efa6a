"""What the directory answers to the search over everything."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from yimen.directory.queries import services_like
from yimen.lib.actor import Actor
from yimen.look.hits import Hit


def find(actor: Actor, text: str) -> list[Hit]:
    """Lines of the list of services, for who works here."""
    if actor.kind != "staff":
        return []
    page = reverse("directory:services")
    return [
        Hit(one.label, f"{page}?{urlencode({'q': one.label})}", _("服务"), text=one.said("what"))
        for one in services_like(text)
    ]
