"""What everybody may know of requests for help: need, state, days, committee, body. Never who asked,
what was said or answered, the exact place; never dangers, complaints, what was asked for in secret,
nor any need that the tree does not call public."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from yimen.cases.models import Ending, Stage
from yimen.hotline.models import HelpRequest
from yimen.hotline.needs import Need, tree
from yimen.look.language import pick
from yimen.places.models import Division


def needs() -> dict[str, Need]:
    """The needs whose requests are published."""
    return {code: need for code, need in tree().items() if need.public}


def requests(codes: Collection[str] = ()) -> QuerySet[HelpRequest]:
    """The requests that are published, of these needs or of all public ones."""
    public = [code for code in needs() if not codes or code in codes]
    rows = HelpRequest.objects.filter(need__in=public, secret=False, case__excluded_bodies=[])
    return rows.exclude(case__ending=Ending.VOID)


def open_ones(rows: QuerySet[HelpRequest], wanted: Collection[str]) -> QuerySet[HelpRequest]:
    """Only open, only closed ones, or both."""
    closed = Q(case__stage=Stage.CLOSED)
    sides = {"open": ~closed, "closed": closed}
    asked = [sides[name] for name in wanted if name in sides]
    return rows.filter(asked[0]) if len(asked) == 1 else rows


@dataclass(frozen=True, slots=True)
class Shown:
    """One published request. Nothing else of it leaves the house by this door."""

    number: str
    need: Need
    closed: bool
    asked_at: datetime
    changed_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    state: str
    place: str  # division code
    place_name: Mapping[str, str]
    body: Mapping[str, str]


COLUMNS = (
    "need", "place", "taken_at", "case__number", "case__stage", "case__due_at", "case__closed_at",
    "case__delivered_at", "case__decided_at", "case__accepted_at", "case__lead__name",
    "case__lead__name_en",
)  # fmt: skip


def shown(rows: QuerySet[HelpRequest]) -> list[Shown]:
    """These requests as they are published: two queries, and only the columns named here."""
    found: list[dict[str, Any]] = list(rows.values(*COLUMNS))
    places = _places({row["place"] for row in found})
    return [_one(row, places) for row in found]


def _places(codes: Collection[str]) -> dict[str, dict[str, str]]:
    above = {code[:9] for code in codes}
    rows = Division.objects.filter(code__in={*codes, *above})
    known = {code: (zh, en or zh) for code, zh, en in rows.values_list("code", "name", "name_en")}
    return {code: _place(code, known) for code in codes}


def _place(code: str, known: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    street, own = known.get(code[:9], ("", "")), known.get(code, ("", ""))
    if len(code) <= 9:
        return {"zh": street[0], "en": street[1]}
    return {"zh": street[0] + own[0], "en": ", ".join(filter(None, (own[1], street[1])))}


def _one(row: Mapping[str, Any], places: Mapping[str, dict[str, str]]) -> Shown:
    name, name_en = row["case__lead__name"], row["case__lead__name_en"]
    steps = [row[f"case__{step}_at"] for step in ("closed", "delivered", "decided", "accepted")]
    stage = row["case__stage"]
    return Shown(
        number=row["case__number"], need=tree()[row["need"]], closed=stage == Stage.CLOSED,
        asked_at=row["taken_at"], due_at=row["case__due_at"], closed_at=row["case__closed_at"],
        changed_at=max([row["taken_at"], *(step for step in steps if step)]),
        state=str(Stage(stage).label), place=row["place"], place_name=places[row["place"]],
        body={"zh": name, "en": name_en or name},
    )  # fmt: skip


def by_number(number: str) -> QuerySet[HelpRequest]:
    """One published request; nothing where there is none of this number, or none to be shown."""
    return requests().filter(case__number=number)


def in_words(text: Mapping[str, str]) -> str:
    return str(pick(dict(text)))
