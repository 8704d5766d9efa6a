"""A new key for people's data, and everything sealed anew with it, while the site runs."""

from __future__ import annotations

import time as clock
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yimen.config import rotation, secrets
from yimen.config.words import pick

EVERYBODY_KNOWS_S = 2 * secrets.LOOK_EVERY_S


class Command(BaseCommand):
    help = (
        "Make a new key, seal every value and file anew with it, and retire the old key once "
        "nothing uses it. The site may run; after an interruption call it again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--status", action="store_true", help="only say what is left")
        parser.add_argument("--batch", type=int, default=500, help="values a transaction")
        parser.add_argument("--pause", type=float, default=0.0, help="seconds after each batch")
        parser.add_argument("--wait", type=float, default=60.0,
                            help="seconds to wait for transactions from before")  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        if options["status"]:
            for place, count in rotation.left().items():
                self.stdout.write(f"{place} {count}")
            return
        ours = not secrets.from_environment()
        if ours:
            rotation.begin(self.stdout.write)
            clock.sleep(EVERYBODY_KNOWS_S)
        since = rotation.moment()
        done = self._through(options)
        if not rotation.settled(since, wait_s=options["wait"]):
            raise CommandError(
                pick("有一个很久以前开始的事务还没结束，旧密钥保留。请稍后再执行一次。",
                     "A transaction from before is still open, so the old key stays. Call again later.")
            )  # fmt: skip
        again = self._through(options)  # what was written meanwhile by those who did not know
        done.resealed += again.resealed
        self.stdout.write(pick(f"重新加密 {done.resealed} 个。", f"{done.resealed} sealed anew"))
        if again.broken:
            for where in again.broken[:20]:
                self.stderr.write(where)
            raise CommandError(
                pick(f"{len(again.broken)} 个值打不开（见上），旧密钥保留。请从备份恢复这些行。",
                     f"{len(again.broken)} values do not open (above); the old key stays. "
                     "Bring these rows back from a backup.")
            )  # fmt: skip
        if ours:
            rotation.end(again, self.stdout.write)
        else:
            self.stdout.write(
                pick("密钥来自环境变量：现在可以从 YIMEN_KEYS 中去掉旧密钥。",
                     "The keys come from the environment: old ones can leave YIMEN_KEYS now.")
            )  # fmt: skip

    def _through(self, options: dict[str, Any]) -> rotation.Done:
        return rotation.reseal_all(
            batch=max(1, options["batch"]), pause_s=options["pause"], say=self.stdout.write
        )
