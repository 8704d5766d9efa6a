"""GET /api/v1/matters: the catalogue for everybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from yimen.look.language import is_english
from yimen.matters import queries

router = Router(tags=["matters"])


class MatterHit(Schema):
    """One answer; `score` lies between 0 and 1 and only orders one answer against another."""

    code: str
    name: str
    department: str
    score: float


class MatterList(Schema):
    items: list[MatterHit]
    next: str | None = None


class MatterDetail(Schema):
    """A matter in force. `content` is the versioned format described in docs/add-a-matter.md."""

    code: str
    version: int
    valid_from: str
    valid_to: str | None
    name: str
    department: str
    sample: bool
    content: dict[str, Any]


@router.get("matters", response=MatterList, auth=None, summary="Find matters by plain words")
def find(
    request: HttpRequest,
    q: str = Query("", max_length=200),
    limit: int = Query(20, ge=1, le=100),
    cursor: str = "",
) -> dict[str, Any]:
    """Best first. Without a question: the catalogue by code, in pages."""
    if q.strip():
        lang = "en" if is_english() else "zh-hans"
        hits = queries.search(q, lang, limit=limit)
        fields = ("code", "name", "department", "score")
        matters = [{f: getattr(h, f) for f in fields} for h in hits if h.sort == "matter"]
        return {"items": matters, "next": None}
    return _all(limit, cursor)


def _all(limit: int, cursor: str) -> dict[str, Any]:
    rows = list(queries.listed(after=cursor, limit=limit + 1))
    more = len(rows) > limit
    english = is_english()
    items = [
        {
            "code": row.matter_id,
            "name": row.name_en if english else row.name,
            "department": row.department_en if english else row.department,
            "score": 0.0,
        }
        for row in rows[:limit]
    ]
    return {"items": items, "next": items[-1]["code"] if more else None}


@router.get("matters/{code}", response=MatterDetail, auth=None, summary="One matter")
def one(request: HttpRequest, code: str) -> dict[str, Any]:
    """The version in force today."""
    row = queries.current(code)
    english = is_english()
    return {
        "code": row.matter_id,
        "version": row.version,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "name": row.name_en if english else row.name,
        "department": row.department_en if english else row.department,
        "sample": bool(row.content.get("sample")),
        "content": row.content,
    }
