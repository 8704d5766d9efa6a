"""GET /api/v1/roots: the published roots of the record, for whoever keeps a copy of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from yimen.ledger.models import Root
from yimen.look import paging

router = Router(tags=["record"])


class RootOut(Schema):
    """`street` "0" is the city: its root folds the roots of the streets. `prev` is the hash of the
    root before it, so the newest vouches for all."""

    street: str
    number: int
    made_at: datetime
    prev: str
    hash: str
    leaves: int


class RootList(Schema):
    items: list[RootOut]
    next: str | None = None


@router.get("roots", response=RootList, auth=None, summary="Published roots, newest first")
def roots(
    request: HttpRequest,
    street: str = Query("0", max_length=9, description="9-digit code; 0 for the city"),
    limit: int = Query(20, ge=1, le=100),
    cursor: str = "",
) -> dict[str, Any]:
    """The roots of the city or of one street."""
    page = paging.page(
        Root.objects.filter(street=street), keys=("-number", "id"), cursor=cursor or None,
        size=limit, count=False,
    )  # fmt: skip
    items = [
        {
            "street": root.street, "number": root.number, "made_at": root.made_at,
            "prev": bytes(root.prev).hex(), "hash": bytes(root.hash).hex(), "leaves": root.leaves,
        }
        for root in page
    ]  # fmt: skip
    return {"items": items, "next": page.next}
