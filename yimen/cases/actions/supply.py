"""Materials that come with their scans: the files are kept and the act done, or neither."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yimen.cases.actions.verb import perform
from yimen.cases.dossier import Dossier, load
from yimen.cases.perms import sees
from yimen.files.actions import store_file
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Invalid, Unseen
from yimen.lib.time import now

PURPOSE = "cases.material"


@dataclass(frozen=True)
class Brought:
    """One material as it came in, with its scan where there is one."""

    code: str
    given: str = "original"
    scan: Any = None


def supply(
    number: str,
    brought: Iterable[Brought],
    *,
    by: Actor,
    at: datetime | None = None,
    version: int | None = None,
) -> Dossier:
    """`supplied` with files. A file that cannot be taken is named under its material."""
    with together():
        d = load(number, lock=True)
        if not sees(by, d):
            raise Unseen("case")
        materials = [_kept(d, one, by) for one in brought]
        return perform(number, "supplied", by=by, at=at, version=version, materials=materials)


def _kept(d: Dossier, one: Brought, by: Actor) -> dict[str, Any]:
    line: dict[str, Any] = {"code": one.code, "given": one.given}
    if one.scan is None:
        return line
    try:
        file = store_file(
            one.scan, name=one.scan.name, purpose=PURPOSE, street=d.case.street, by=by, at=now()
        )
    except Invalid as problem:
        told = problem.errors[0] if problem.errors else FieldError("", problem.detail)
        error = FieldError(f"scan_{one.code}", told.message, told.remedy)
        raise Invalid(problem.code, problem.detail, (error,)) from problem
    return {**line, "file": file.pk}
