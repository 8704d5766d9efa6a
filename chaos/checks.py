"""Afterwards: does the record say what the clients were told?

YIMEN_DATA=... python -m chaos.checks BOOKS.json     one JSON object: finding -> list of faults
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from chaos import town
from chaos.gateway import reference

BY_TIME = {"warn", "deem", "consent", "end_hold", "recompute"}
BY_MACHINE = {"receive"}


def compare(books: dict[str, Any]) -> dict[str, list[str]]:
    """Every promise with the places where it was broken."""
    from yimen.cases.models import Case

    told = books["cases"]
    rows = {c.number: c for c in Case.objects.all()}
    return {
        "no acknowledged receipt is lost": [c["number"] for c in told if c["number"] not in rows],
        "no number was given twice": _twice([c["number"] for c in told])
        + _twice([c["enquiry_no"] for c in told]),
        "no case without a receipt": sorted(set(rows) - {c["number"] for c in told}),
        "every acknowledged act is on record once, in order": _acts(told),
        "every case is where its ledger says": _states(told, rows),
        "every message is sent once, or visibly pending": _messages(books["taken"]),
        "every errand is done, or visibly pending": _errands(),
    }


def _twice(values: list[str]) -> list[str]:
    return [value for value, n in Counter(values).items() if n > 1]


def _acts(told: list[dict[str, Any]]) -> list[str]:
    """The ledger's acts by people, against the client's list."""
    from yimen.ledger.models import Entry

    found: dict[str, list[str]] = {}
    streams = Entry.objects.filter(stream__startswith="case:").order_by("stream", "seq")
    for stream, act in streams.values_list("stream", "act").iterator():
        if act not in BY_TIME and act not in BY_MACHINE:
            found.setdefault(stream.removeprefix("case:"), []).append(act)
    return [
        f"{c['number']}: told {c['acts']}, on record {found.get(c['number'], [])}"
        for c in told
        if found.get(c["number"], []) != c["acts"]
    ]


def _states(told: list[dict[str, Any]], rows: dict[str, Any]) -> list[str]:
    """That columns agree with the fold of the entries is `yimen verify`'s; here: with what was
    told last."""
    return [
        f"{c['number']}: told {c['state']}, is {rows[c['number']].stage}"
        for c in told
        if c["number"] in rows and rows[c["number"]].stage != c["state"]
    ]


def _messages(taken: dict[str, int]) -> list[str]:
    """What we believe was sent, the gateway took, under our key; what it took, we know of."""
    from yimen.ledger.models import Errand
    from yimen.notices.models import Message

    pending = {
        e.payload["message"]
        for e in Errand.objects.filter(name="notices.send", state__in=["waiting", "running"])
    }
    wrong = []
    for m in Message.objects.filter(channel="sms"):
        key, sent = str(m.pk), m.state in ("sent", "delivered")
        if sent and (key not in taken or m.provider_ref != reference(key)):
            wrong.append(f"message {key} counts as {m.state}, the gateway never took it")
        if m.state in ("queued", "sending") and key not in pending:
            wrong.append(f"message {key} is {m.state} and nothing will send it")
    return wrong


def _errands() -> list[str]:
    from yimen.ledger.models import Errand

    wrong = [f"errand {e.pk} is {e.state}" for e in Errand.objects.exclude(state__in=Errand.State)]
    failed = Errand.objects.filter(state="failed")
    return wrong + [f"errand {e.pk} {e.name} failed: {e.last_error}" for e in failed]


def figures(taken: dict[str, int]) -> dict[str, int]:
    """For the table: how the errands stand."""
    from yimen.ledger.models import Errand
    from yimen.notices.models import Message

    states = Counter(Errand.objects.values_list("state", flat=True))
    return {
        **{f"errands {state}": states[state] for state in sorted(states)},
        "messages sent": Message.objects.filter(state__in=["sent", "delivered"]).count(),
        "messages the gateway got again under the same key": sum(n - 1 for n in taken.values()),
    }


if __name__ == "__main__":
    town.ready()
    kept = json.loads(Path(sys.argv[1]).read_text())
    print(json.dumps({"faults": compare(kept), "figures": figures(kept["taken"])}))
