"""The demonstration's invented people: parties, accounts, mandates. Loading again adds nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.lib.actor import Actor, system
from yimen.lib.time import now
from yimen.people import actions
from yimen.people.models import Account, Mandate, Party

PARTY = ("name", "id_type", "id_number", "sort", "phone", "division", "address", "sex")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def demo(*paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """Load `data/demo/people.json`, or another file of the same shape."""
    path = paths[0] if paths else Path(settings.DATA) / "demo" / "people.json"
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    by, at = system(), now()
    parties = _parties(content["parties"], by, at)
    say(_("示例：%(count)d 位虚构人物和单位。") % {"count": len(parties)})
    made = _accounts(content["accounts"], parties, by, at)
    actions.give_password(made, content["password"], by=by, at=at)
    say(_("示例：%(count)d 个新账号。") % {"count": len(made)})
    _mandates(content["mandates"], parties, by, at)
    return len(parties) + len(made)


def _parties(rows: Iterable[Mapping[str, Any]], by: Actor, at: datetime) -> dict[str, Party]:
    found = {}
    for row in rows:
        facts = {name: row[name] for name in PARTY if name in row}
        found[row["key"]] = actions.find_or_register(
            row["street"],
            birth_date=_day(row.get("birth_date")),
            on_name_differs="keep",
            by=by,
            at=at,
            **facts,
        )
    return found


def _accounts(
    rows: Iterable[Mapping[str, Any]], parties: Mapping[str, Party], by: Actor, at: datetime
) -> list[Account]:
    known = set(Account.objects.values_list("username", flat=True))
    return [
        actions.create_account(
            row["username"],
            kind=row["kind"],
            street=row["street"],
            party=parties.get(row.get("party", "")),
            by=by,
            at=at,
        )
        for row in rows
        if row["username"] not in known
    ]


def _mandates(
    rows: Iterable[Mapping[str, Any]], parties: Mapping[str, Party], by: Actor, at: datetime
) -> None:
    known = set(Mandate.objects.values_list("principal_id", "agent_id", "capacity"))
    for row in rows:
        principal, agent = parties[row["principal"]], parties[row["agent"]]
        if (principal.pk, agent.pk, row["capacity"]) in known:
            continue
        actions.create_mandate(
            principal,
            agent,
            capacity=row["capacity"],
            scope=row["scope"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_until=_day(row.get("valid_until")),
            by=by,
            at=at,
        )
