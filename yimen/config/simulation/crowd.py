"""People of a simulation: each a thread of their own, and what befalls one is told, not lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


def person(what: Callable[..., None], *args: Any, tell: Callable[[str], None]) -> threading.Thread:
    """A thread that lives `what`; an exception ends it and is told, with who it was."""

    def safely() -> None:
        try:
            what(*args)
        except Exception as error:
            who = " ".join(str(a) for a in args if isinstance(a, (str, int)))
            tell(f"{what.__name__} {who}: {type(error).__name__} {error}")

    return threading.Thread(target=safely, daemon=True)
