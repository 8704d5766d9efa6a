"""The three rates once more, from the record alone (HLP-6).

Nothing here reads the columns that the pages count: a request's codes, whether its first contact
was in time, what each call back heard and which objections were upheld come from the entries of
`help:…`; whether it has an answer, and which body leads it, from the fold of `case:…`. Where the
two ways of counting differ, a column was changed behind the record's back, or the code is wrong.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import orjson
from django.db.models import QuerySet

from yimen.cases.fold import fold
from yimen.hotline import queries
from yimen.hotline.actions.record import PREFIX
from yimen.hotline.models import HelpRequest, LineCall
from yimen.hotline.rules import Asked
from yimen.ledger.models import Entry
from yimen.lib.time import ZONE, local

TOGETHER = 500
CALL = "call:"
DAY = timedelta(days=1)
Counts = dict[str, dict[Any, Asked]]  # part -> its value -> figures


@dataclass
class Told:
    """One request as its entries tell it."""

    need: str
    place: str
    line: str
    month: date  # its first day
    in_time: bool | None = None
    left_out: bool = False
    last: dict[int, dict[str, Any]] = field(default_factory=dict)  # round -> its last call back
    upheld: set[int] = field(default_factory=set)

    def hear(self, act: str, data: dict[str, Any]) -> None:
        """One more entry."""
        if act == "answered":
            self.in_time, self.left_out = data["in_time"], data["left_out"]
        elif act == "call_back" and data["last"]:
            self.last[data["round"]] = data
        elif act == "judge_objection" and data["upheld"]:
            self.upheld.add(data["round"])

    def asked(self, round: int, decided: bool) -> Asked:
        """What it counts, in this round of its case."""
        waits = not self.left_out and (not self.last or (decided and round not in self.last))
        sum_ = Asked(
            closed=1,
            in_time=int(bool(self.in_time)),
            unasked=int(self.left_out),
            waiting=int(waits),
        )
        for round_, said in self.last.items():
            if round_ in self.upheld:
                sum_ += Asked(excused=1)
            elif said["reached"]:
                sum_ += Asked(
                    reached=1, solved=said["solved"] == "yes", partly=said["solved"] == "partly",
                    content=said["content"] is True,
                )  # fmt: skip
            else:
                sum_ += Asked(unreached=1)
        return sum_


def rebuild(street: str, first: date, last: date, hidden: Collection[str] = ()) -> Counts:
    """The figures of the requests taken in these days, by every part, from entries alone; without
    the `hidden` ones."""
    found: Counts = {part: defaultdict(Asked) for part in queries.BY}
    for number, told, case in _requests(street, first, last):
        if number in hidden or not (case.get("decided_at") or case.get("round", 1) > 1):
            continue
        asked = told.asked(case.get("round", 1), bool(case.get("decided_at")))
        keys = {
            "need": told.need,
            "place": told.place,
            "line": told.line,
            "lead": case["lead_id"],
            "month": told.month,
        }
        for part, key in keys.items():
            found[part][str(key)] += asked
    return {part: dict(rows) for part, rows in found.items()}


def differences(
    street: str, first: date, last: date, seen: QuerySet[HelpRequest] | None = None
) -> list[tuple[str, str, Asked, Asked]]:
    """Part, value, as the pages count it, as the record has it: wherever the two differ. How many
    jobs the requests were is not compared: what was joined with what stands in `event:…`. Of `seen`
    requests only, for a reader who may not see all."""
    every = HelpRequest.objects.filter(street=street)
    rows = queries.answered(every if seen is None else seen, first, last)
    hidden: set[str] = set()
    if seen is not None:
        unseen = every.filter(taken_at__date__range=(first, last)).exclude(pk__in=seen.values("pk"))
        hidden = set(unseen.values_list("case__number", flat=True))
    recorded = rebuild(street, first, last, hidden)
    told = []
    for part in queries.BY:
        counted = {
            str(k): replace(asked, jobs=0) for k, asked in queries.counted(rows, part).items()
        }
        for key in sorted(counted.keys() | recorded[part].keys()):
            pair = counted.get(key, Asked()), recorded[part].get(key, Asked())
            if pair[0] != pair[1]:
                told.append((part, key, *pair))
    return told


def differing_calls(street: str, first: date, last: date) -> list[tuple[str, str, int, int]]:
    """The calls of these days by how they ended: as the pages count them, as the record has them."""
    rows = queries.incoming(street).filter(rang_at__date__range=(first, last))
    counted = dict(rows.values_list("pk", "outcome"))
    entries = Entry.objects.filter(street=street, stream__startswith=CALL)
    ours = entries.filter(act="answer", at__gte=_begins(first), at__lt=_begins(last + DAY))
    answered = {UUID(s.removeprefix(CALL)) for s in ours.values_list("stream", flat=True)}
    # whoever rang before midnight and was picked up after it belongs to the day that it rang
    known = set(LineCall.objects.filter(pk__in=answered).values_list("pk", flat=True))
    of_these = entries.filter(act="answer", stream__in=[f"{CALL}{pk}" for pk in counted])
    begun = {UUID(s.removeprefix(CALL)) for s in of_these.values_list("stream", flat=True)}
    recorded = dict.fromkeys((answered - known) | begun, "")
    ended = entries.filter(act="end", stream__in=[f"{CALL}{pk}" for pk in recorded])
    for stream, text in ended.values_list("stream", "data"):
        recorded[UUID(stream.removeprefix(CALL))] = orjson.loads(text)["outcome"]
    one, two = Counter(counted.values()), Counter(recorded.values())
    return [("calls", key, one[key], two[key]) for key in sorted(one | two) if one[key] != two[key]]


def _requests(street: str, first: date, last: date) -> Iterator[tuple[str, Told, dict[str, Any]]]:
    """Number, what is told of it, and the fold of its case: two queries for some hundreds."""
    begin, end = _begins(first), _begins(last + timedelta(days=1))
    streams = (
        Entry.objects.filter(street=street, stream__startswith=PREFIX, seq=1)
        .filter(act="take", at__gte=begin, at__lt=end)
        .order_by("stream")
        .values_list("stream", flat=True)
    )
    rest = streams.iterator(chunk_size=TOGETHER)
    while names := tuple(islice(rest, TOGETHER)):
        told = _told(street, names)
        states = _states(street, [name.removeprefix(PREFIX) for name in names])
        for name in names:
            number = name.removeprefix(PREFIX)
            yield number, told[name], states.get(number, {})


def _told(street: str, names: tuple[str, ...]) -> dict[str, Told]:
    found: dict[str, Told] = {}
    rows = Entry.objects.filter(street=street, stream__in=names).order_by("stream", "seq")
    for stream, act, text, at in rows.values_list("stream", "act", "data", "at"):
        data = orjson.loads(text)
        if act == "take":
            found[stream] = Told(
                data["need"], data["place"], data["line"], local(at).date().replace(day=1)
            )
        else:
            found[stream].hear(act, data)
    return found


def _states(street: str, numbers: list[str]) -> dict[str, dict[str, Any]]:
    texts: dict[str, list[str]] = defaultdict(list)
    rows = Entry.objects.filter(street=street, stream__in=[f"case:{n}" for n in numbers])
    for stream, text in rows.order_by("stream", "seq").values_list("stream", "data"):
        texts[stream.removeprefix("case:")].append(text)
    return {number: fold(said).get("case", {}) for number, said in texts.items()}


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, ZONE)
