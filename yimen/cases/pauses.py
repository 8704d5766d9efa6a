"""Which reasons may stop the clock of a matter: pure."""

from __future__ import annotations

from datetime import date

from yimen.clock.profiles import Article, HoldType, profile
from yimen.matters.content import Content


def hold_types(content: Content, on: date) -> dict[str, tuple[HoldType, Article]]:
    """The reasons to stop the clock that apply to a matter on a day, each with its article: those
    of the general law, and what the matter's own law adds."""
    found = {}
    for key, rule in profile(on).holds.items():
        own = content.own_hold(key)
        if rule.matter_only and own is None:
            continue
        found[key] = rule, (Article(own.law, own.article) if own else rule.article)
    return found
