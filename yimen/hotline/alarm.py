"""What is known when the alarm key is pressed: whatever was typed so far, and no field required."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from yimen.hotline.needs import Need, find
from yimen.lib.text import squeeze

NEED = {"110": "danger.crime", "119": "danger.fire", "120": "danger.ill", "122": "danger"}
LONGEST = {"what": 4000, "where": 200, "name": 60, "reach": 200}
TICKS = ("secret", "quiet")


def known(
    to: str,
    draft: Mapping[str, Any],
    *,
    needs: Mapping[str, Need],
    places: Collection[str],
    parties: Collection[UUID],
    first_words: str,
) -> dict[str, Any]:
    """The draft as a request that is never refused: a need that is a danger, a place and a person
    that there are, words that fit. What cannot be used is left out."""
    said = {k: squeeze(str(draft.get(k, "")))[:n] for k, n in LONGEST.items() if k != "what"}
    what = str(draft.get("what", "")).strip()[: LONGEST["what"]]
    said["what"] = what if squeeze(what) else first_words
    found = find(str(draft.get("need", "")), needs.values(), limit=1)
    danger = bool(found) and found[0].sort == "emergency"
    place, party = str(draft.get("place", "")), str(draft.get("party", ""))
    who = None if said["name"] else next((p for p in parties if str(p) == party), None)
    ticks = {k: str(draft.get(k, "")).lower() in ("on", "true", "1") for k in TICKS}
    return said | ticks | {
        "need": found[0].code if danger else NEED[to],
        "place": place if place in places else "",
        "party": who,
    }  # fmt: skip
