"""A JSON column that is sealed at rest: what somebody typed and has not sent is nobody's to read."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from yimen.lib.crypto import seal, unseal

ABOUT = "intake.draft:answers"


class SealedJSON(models.TextField):
    """Python values outside, one sealed text in the table. Not to be searched in."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, *_more: Any) -> Any:
        return None if value is None else json.loads(unseal(value, about=ABOUT))

    def get_prep_value(self, value: Any) -> str:
        return seal(json.dumps(value, ensure_ascii=False), about=ABOUT)
