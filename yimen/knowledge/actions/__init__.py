"""The verbs of what is looked up."""

from yimen.knowledge.actions.documents import Facts, set_standing, take_in

__all__ = ["Facts", "set_standing", "take_in"]
