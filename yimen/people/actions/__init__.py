"""Verbs of people: the only room of this house that writes."""

from yimen.people.actions.accounts import (
    create_account,
    give_password,
    issue_token,
    lock,
    revoke_token,
    set_password,
    sign_out_everywhere,
    signed_up,
    touch_token,
    unlock,
)
from yimen.people.actions.binding import bind, hand_out_binding
from yimen.people.actions.erasing import erase, let_go
from yimen.people.actions.mandates import create_mandate, keep_paper, revoke_mandate
from yimen.people.actions.merging import merge, unmerge
from yimen.people.actions.parties import (
    correct_document,
    correct_name,
    disclose,
    disclose_other,
    find_or_register,
    lend_phone,
    register,
    register_at_number,
    update_details,
)

__all__ = [
    "bind",
    "correct_document",
    "correct_name",
    "create_account",
    "create_mandate",
    "disclose",
    "disclose_other",
    "erase",
    "find_or_register",
    "give_password",
    "hand_out_binding",
    "issue_token",
    "keep_paper",
    "lend_phone",
    "let_go",
    "lock",
    "merge",
    "register",
    "register_at_number",
    "revoke_mandate",
    "revoke_token",
    "set_password",
    "sign_out_everywhere",
    "signed_up",
    "touch_token",
    "unlock",
    "unmerge",
    "update_details",
]
