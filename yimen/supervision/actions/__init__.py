"""Verbs of supervision."""

from yimen.supervision.actions.commending import (
    answer_posting,
    begin_selection,
    decide_selection,
    object_to_posting,
    post_selection,
    propose,
)
from yimen.supervision.actions.complaining import (
    answer_complaint,
    complain,
    extend,
    name_accused,
    warn_complaint,
)
from yimen.supervision.actions.mending import report_done, see_done, set_measure, warn
from yimen.supervision.actions.objecting import answer, object_to
from yimen.supervision.actions.planning import call_off, plan, put_benchmark, show
from yimen.supervision.actions.sheets import Found, finish, save_sheet

__all__ = [
    "Found", "answer_posting", "begin_selection", "decide_selection", "object_to_posting",
    "post_selection", "propose", "answer", "answer_complaint", "call_off", "complain", "extend", "name_accused",
    "warn_complaint", "finish", "object_to", "plan", "put_benchmark", "report_done",
    "save_sheet", "see_done", "set_measure", "show", "warn",
]  # fmt: skip
