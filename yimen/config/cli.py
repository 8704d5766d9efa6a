"""`yimen`: Django's command line under the product's name."""

from __future__ import annotations

import os
import sys


def main(argv: list[str] | None = None) -> int:
    words = list(sys.argv if argv is None else ["yimen", *argv])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(words)
    return 0
