"""Answers that nobody needs to see in passing (bank accounts): among the facts of a case stands the
mask, so that pages, prints, exports and machines show nothing else; the values are sealed beside.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from yimen.lib.crypto import seal, unseal
from yimen.lib.masking import mask_account
from yimen.matters.content import Field

ABOUT = "cases.case:{id}:secrets"


def split(
    fields: Iterable[Field], facts: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The facts with masks, and the values by the key of their field."""
    keys = {f.key for f in fields if f.type == "secret" and facts.get(f.key)}
    kept = {k: mask_account(v) if k in keys else v for k, v in facts.items()}
    return kept, {key: facts[key] for key in keys}


def sealed(case: UUID, values: Mapping[str, str]) -> bytes | None:
    if not values:
        return None
    text = json.dumps(dict(values), ensure_ascii=False, sort_keys=True)
    return seal(text, about=ABOUT.format(id=case)).encode()


def opened(case: UUID | str, box: bytes | memoryview | None) -> dict[str, str]:
    """The values by the key of their field. Never for a page: see actions.secrets.reveal."""
    if box is None:
        return {}
    found: dict[str, str] = json.loads(unseal(bytes(box).decode(), about=ABOUT.format(id=case)))
    return found


def only(case: UUID, box: bytes | memoryview | None, keys: Collection[str]) -> bytes | None:
    """What is left of them when only some facts are kept."""
    values = opened(case, box)
    left = {key: value for key, value in values.items() if key in keys}
    return sealed(case, left) if left != values else (bytes(box) if box is not None else None)
