"""GET /api/v1/centres: where to go, for everybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from yimen.places import queries

router = Router(tags=["places"])


class Centre(Schema):
    """A service point. `hours` holds [from, to] pairs; `weekend` stands for holidays too."""

    code: str
    name: str
    name_en: str
    street: str
    address: str
    phone: str
    hours: dict[str, list[list[str]]]
    serves: list[str]


class CentreList(Schema):
    items: list[Centre]
    next: str | None = None


@router.get("centres", response=CentreList, auth=None, summary="Service centres")
def centres(request: HttpRequest, street: str = "") -> dict[str, Any]:
    """Every service point open to the public; there are some hundreds in a city: one page."""
    fields = ("code", "name", "name_en", "street", "address", "phone", "hours", "serves")
    return {"items": list(queries.centres(street).values(*fields)), "next": None}
