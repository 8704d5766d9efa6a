"""How the product says no. Each error knows its HTTP status; a page and the API say the same.

`detail` is a sentence for the person who asked: what is wrong and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldError:
    """One wrong field: dotted path, what is wrong, what to do about it."""

    field: str
    message: Any
    remedy: Any = ""


class Problem(Exception):
    """Base of every refusal. `code` is a stable key for tests and machines."""

    status = 500

    def __init__(self, code: str, detail: Any = "", errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(code)
        self.code, self.detail, self.errors = code, detail, errors

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class Unseen(Problem):
    """The asker has no right to know that the thing exists: 404."""

    status = 404


class Forbidden(Problem):
    """The asker sees the thing but may not do this to it: 403."""

    status = 403


class Refused(Problem):
    """The rule says not now: 409."""

    status = 409


class Stale(Problem):
    """Somebody else changed the thing in between: 412."""

    status = 412


class Invalid(Problem):
    """A field is wrong: 422, with the fields named."""

    status = 422
