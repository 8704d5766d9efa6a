"""Who may change what is looked up. Reading it is open to everybody."""

from __future__ import annotations

from yimen.knowledge.models import Article
from yimen.lib.actor import Actor, Can


def may_edit(actor: Actor) -> bool:
    """Operators by command, and whoever keeps the catalogue."""
    return actor.kind == "system" or (actor.kind == "staff" and actor.can(Can.CATALOGUE))


REVIEWERS = (Can.CATALOGUE, Can.HEAD, Can.DIRECT)


def may_write(actor: Actor) -> bool:
    """Whoever holds a seat may turn an answer into an article."""
    return actor.kind == "staff" and bool(actor.bodies()) and bool(actor.street)


def may_review_any(actor: Actor) -> bool:
    """Editors, heads and directors review."""
    return actor.kind == "staff" and actor.can(*REVIEWERS)


def may_review(actor: Actor, article: Article) -> bool:
    """Never one's own text (the database holds the same)."""
    return may_review_any(actor) and article.written_by_id != actor.account
