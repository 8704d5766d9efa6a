"""One flat transaction: what acts together stands or falls together, without savepoints."""

from __future__ import annotations

from django.db import connection
from django.db.transaction import Atomic


class together(Atomic):
    """Joins the transaction that is open, begins one where there is none.

    `transaction.atomic` inside another one makes a savepoint: two more round trips, and a promise
    that part of the work may be undone and the rest kept. No act of ours keeps half of itself. So
    an error that leaves this block undoes the whole, and nobody may catch it half way and go on.
    """

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=False, durable=False)

    def _recreate_cm(self) -> together:
        return together()  # a decorated function may run in several threads at once

    def __enter__(self) -> None:
        # The transaction that Django puts around a test is not the product's: there ours begins
        # with a savepoint, so that a test can look at what a refusal left behind.
        blocks = connection.atomic_blocks
        self.savepoint = bool(blocks) and getattr(blocks[-1], "_from_testcase", False)
        super().__enter__()
