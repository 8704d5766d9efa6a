"""Verbs of the bridges."""

from yimen.bridges.actions.answers import (
    acknowledge,
    answer_orders,
    copy_over,
    deliver_answer,
    send_again,
    warn_orders,
)
from yimen.bridges.actions.orders import (
    NO_RETURN,
    Said,
    change_platform,
    connect_platform,
    join_order,
    judge_return,
    return_order,
    sort_order,
    take_order,
)
from yimen.bridges.actions.systems import change, connect, deliver, emit, rest, tell_silence

__all__ = [
    "NO_RETURN", "Said", "acknowledge", "answer_orders", "change", "change_platform", "connect", "connect_platform", "deliver",
    "copy_over", "deliver_answer", "emit", "join_order", "judge_return", "rest", "return_order", "send_again", "sort_order",
    "take_order", "tell_silence", "warn_orders",
]  # fmt: skip
