"""Where a check of the record stands, kept in a small file: to go on after an interruption, and to
look only at what is new since a complete check.

The file is a convenience, never a proof: whoever can write it can have a check skip things. A
complete run that begins at the beginning does not read it.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from yimen.ledger.chain import Fault
from yimen.ledger.models import Root
from yimen.ledger.verify import Checked, RootKey


class Marks:
    """Two marks: `running`, of a check under way, and `vouched`, the roots of the last complete
    check that found nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def _read(self) -> dict[str, Any]:
        try:
            return dict(orjson.loads(self.path.read_bytes()))
        except (OSError, ValueError, TypeError):
            return {}

    def _write(self, **changed: Any) -> None:
        """Whole or not at all, whenever the power goes."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new")
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(orjson.dumps(self._read() | changed))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)

    def reached(self, checked: Checked) -> None:
        self._write(running=asdict(checked))

    def running(self) -> Checked | None:
        """The check that was interrupted; None when there is none, or when the roots that it began
        with are no longer there (another database, an older backup)."""
        kept = self._read().get("running")
        if not kept:
            return None
        tops = {street: (n, digest) for street, (n, digest) in kept.pop("tops").items()}
        fault, after = kept.pop("fault"), kept.pop("after")
        checked = Checked(
            **kept, tops=tops, fault=Fault(**fault) if fault else None, after=(after[0], after[1])
        )
        return checked if _stand(tops) else None

    def ended(self, checked: Checked) -> None:
        """A complete check came to its end; one without a fault vouches for its roots."""
        self._write(running=None)
        if checked.fault is None:
            self._write(vouched={"roots": checked.tops, "since": _last_fold(checked.tops)})

    def vouched(self) -> tuple[datetime | None, dict[str, RootKey]] | None:
        """Since when things are new and the roots below; None before a first complete check."""
        kept = self._read().get("vouched")
        if not kept:
            return None
        since = datetime.fromisoformat(kept["since"]) if kept["since"] else None
        return since, {street: (n, digest) for street, (n, digest) in kept["roots"].items()}


def _of(tops: dict[str, RootKey]) -> list[Root]:
    numbers = {number for number, _digest in tops.values()}
    found = Root.objects.filter(street__in=tops, number__in=numbers)
    return [root for root in found if tops[root.street][0] == root.number]


def _stand(tops: dict[str, RootKey]) -> bool:
    return {r.street: (r.number, bytes(r.hash).hex()) for r in _of(tops)} == tops


def _last_fold(tops: dict[str, RootKey]) -> datetime | None:
    """When roots were last made: streets whose root is older had nothing new then."""
    return max((root.made_at for root in _of(tops)), default=None)
