"""The small process beside the pages that keeps connections open (ASGI)."""

from __future__ import annotations

import os
import threading

import django

from yimen.config import serve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
django.setup()

from yimen.counters.live import application  # noqa: E402

__all__ = ["application"]

if os.environ.get(serve.WITH_PARENT):
    watch = (threading.Event(), os.getppid())
    threading.Thread(target=serve.end_with_parent, args=watch, daemon=True).start()
