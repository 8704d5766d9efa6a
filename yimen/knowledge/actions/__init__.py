"""The verbs of what is looked up."""

from yimen.knowledge.actions.documents import Facts, set_standing, take_in
from yimen.knowledge.actions.telling import tell_due

__all__ = ["Facts", "set_standing", "take_in", "tell_due"]
