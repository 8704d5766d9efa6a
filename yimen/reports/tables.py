"""The rows of the tables: figures with their addresses and names. Used by pages and CSV alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from yimen.bodies.models import Body
from yimen.custody.queries import people_names
from yimen.look.language import pick
from yimen.reports import queries
from yimen.reports.figures import FIGURES
from yimen.reports.queries import NOBODY, Scope


def bodies_named(ids: Iterable[UUID]) -> dict[UUID, Body]:
    return {b.pk: b for b in Body.objects.filter(pk__in=set(ids))}


def body_name(body: Body) -> str:
    return pick({"zh": body.name, "en": body.name_en})


def address(name: str, **of: Any) -> str:
    """The page behind a figure."""
    return f"{reverse(name)}?{urlencode(of)}"


def cell(key: str, n: int, **of: Any) -> dict[str, Any]:
    """One number and where it leads."""
    tone = FIGURES[key].tone if key in FIGURES and n else ""
    return {"key": key, "n": n, "tone": tone, "href": address("reports:behind", figure=key, **of)}


def body_rows(scope: Scope) -> list[dict[str, Any]]:
    """A row for each body with open work, in the order of their codes."""
    counted = queries.by_body(scope)
    asked = queries.late_enquiries_by_body(scope)
    known = bodies_named({*counted, *asked})
    nought = dict.fromkeys(FIGURES, 0)
    return [
        {
            "body": body,
            "name": body_name(body),
            "cells": [
                *(cell(key, n, body=body.code) for key, n in counted.get(pk, nought).items()),
                {"key": "enquiries", "n": asked.get(pk, 0), "tone": "bad" if pk in asked else "",
                 "href": address("reports:enquiries", body=body.code)},
            ],
            "late": counted.get(pk, nought)["late_task"] or counted.get(pk, nought)["overdue"],
        }
        for pk, body in sorted(known.items(), key=lambda item: item[1].code)
    ]  # fmt: skip


def person_rows(scope: Scope) -> list[dict[str, Any]]:
    """A row for each person with open work; last what nobody has signed for."""
    counted = queries.by_person(scope)
    names = people_names(counted)
    rows = [
        {
            "name": names.get(pk, "") if pk else _("还没有人签收"),
            "cells": [cell(key, n, person=str(pk) if pk else NOBODY) for key, n in counts.items()],
            "nobody": pk is None,
        }
        for pk, counts in counted.items()
    ]
    return sorted(rows, key=lambda row: (row["nobody"], row["name"]))


CORE = ("open", "near", "overdue", "late_task", "undelivered")


def columns(rows: list[dict[str, Any]]) -> list[Any]:
    """The labels of the columns worth showing: the everyday ones, and those that are not empty;
    the other cells are taken out of the rows."""
    used = {c["key"] for row in rows for c in row["cells"] if c["n"]} | set(CORE)
    for row in rows:
        row["cells"] = [c for c in row["cells"] if c["key"] in used]
    labels = {f.key: f.label for f in FIGURES.values()} | {"enquiries": _("咨询未答复")}
    return [label for key, label in labels.items() if key in used]
