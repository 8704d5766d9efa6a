"""For mypy: what our middleware puts on every request.

django-stubs knows `request.user`; `request.actor` (bodies' middleware) and `request.htmx` are
added here, so that no view needs a class of its own to say so.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.nodes import MDEF, SymbolTableNode, Var
from mypy.plugin import ClassDefContext, Plugin
from mypy.types import AnyType, TypeOfAny

REQUEST = "django.http.request.HttpRequest"
ADDED = ("actor", "by_token", "htmx")


def add(context: ClassDefContext) -> None:
    """Put the attributes on the class, once."""
    info = context.cls.info
    for name in ADDED:
        if name not in info.names:
            attribute = Var(name, AnyType(TypeOfAny.explicit))
            attribute.info = info
            attribute._fullname = f"{REQUEST}.{name}"
            info.names[name] = SymbolTableNode(MDEF, attribute, plugin_generated=True)


class RequestPlugin(Plugin):
    """Only HttpRequest is touched."""

    def get_customize_class_mro_hook(
        self, fullname: str
    ) -> Callable[[ClassDefContext], None] | None:
        return add if fullname == REQUEST else None


def plugin(_version: str) -> type[Plugin]:
    return RequestPlugin
