"""Verbs of bodies."""

from yimen.bodies.actions.arrange import (
    appoint,
    cover,
    create_body,
    create_seat,
    end_appointment,
    end_body,
    end_cover,
    end_rule,
    reset_second_factor,
    set_rule,
)
from yimen.bodies.actions.contracts import employ, end_contract
from yimen.bodies.actions.naming import Named, name_gateway

__all__ = [
    "Named",
    "appoint",
    "cover",
    "create_body",
    "create_seat",
    "employ",
    "end_appointment",
    "end_body",
    "end_contract",
    "end_cover",
    "end_rule",
    "name_gateway",
    "reset_second_factor",
    "set_rule",
]
