from __future__ import annotations

from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "yimen.look"
    label = "look"

    def ready(self) -> None:
        from yimen.look import checks  # noqa: F401  (registers the system checks)
