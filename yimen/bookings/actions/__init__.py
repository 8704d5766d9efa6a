"""Verbs of bookings."""

from yimen.bookings.actions.booking import arrive, book, cancel, change
from yimen.bookings.actions.setting_up import Line, close, reopen, set_resource
from yimen.bookings.actions.time_passes import displace, miss, remind

__all__ = [
    "Line", "arrive", "book", "cancel", "change", "close", "displace", "miss", "remind", "reopen",
    "set_resource",
]  # fmt: skip
