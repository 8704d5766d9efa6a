"""Every sealed value under the newest key, in small batches, while the site runs.

Nothing is remembered between batches: what is not yet under the newest key is what remains, so an
interrupted run goes on where it was. A value is replaced only if it is still the one that was read,
so no act waits for this and none is overwritten.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from yimen.config import secrets
from yimen.config.words import pick
from yimen.files import vault
from yimen.files.actions import reseal as reseal_file
from yimen.ledger.actions import record
from yimen.lib.actor import system
from yimen.lib.crypto import MARK, SealedColumn, Unsealable, keyring, reseal, seal
from yimen.lib.time import now

Say = Callable[[str], None]
FILES = "files"


def columns() -> list[SealedColumn]:
    """Every place of sealed values, of all houses."""
    return [column for name in settings.YIMEN_SEALED for column in import_string(name)]


@dataclass
class Done:
    """What one run did: sealed anew, and what does not open (place and row, never a value)."""

    resealed: int = 0
    broken: list[str] = field(default_factory=list)


# -- one column -------------------------------------------------------------------------------


class Place:
    """A sealed column as SQL. Names come from models, never from outside."""

    def __init__(self, column: SealedColumn) -> None:
        self.column = column
        self.model = apps.get_model(column.model)
        meta = self.model._meta
        self.table, self.id = meta.db_table, str(meta.pk.column)
        named = f'"{meta.get_field(column.column).column}"'
        self.binary = meta.get_field(column.column).get_internal_type() == "BinaryField"
        self.value = f"{named} ->> '{column.key}'" if column.key else named
        self.set = (
            f"{named} = jsonb_set({named}, '{{{column.key}}}', to_jsonb(%s::text))"
            if column.key
            else f"{named} = %s"
        )
        self.needs = ", number" if "{number}" in column.about else ""

    def __str__(self) -> str:
        return f"{self.column.model}.{self.column.key or self.column.column}"

    def _raw(self, text: str) -> Any:
        return text.encode() if self.binary else text

    @property
    def _other(self) -> str:
        """What is there and does not begin as the newest key's values do."""
        empty = f" AND length({self.value}) > 0"
        return f"{self.value} IS NOT NULL{empty} AND substring({self.value} from 1 for %s) <> %s"

    def _newest(self) -> list[Any]:
        mark = f"{MARK}:{keyring().current}:"
        return [len(mark), self._raw(mark)]

    def count(self) -> int:
        """How many are left to do."""
        with connection.cursor() as cursor:
            sql = f'SELECT count(*) FROM "{self.table}" WHERE {self._other}'  # noqa: S608
            cursor.execute(sql, self._newest())
            return int(cursor.fetchone()[0])

    def batches(self, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """(id, value[, number]) of what is left, in order of id."""
        last: list[Any] = []
        while True:
            after = f' AND "{self.id}" > %s' if last else ""
            sql = (
                f'SELECT "{self.id}", {self.value}{self.needs} FROM "{self.table}" '  # noqa: S608
                f'WHERE {self._other}{after} ORDER BY "{self.id}" LIMIT {int(size)}'
            )
            with connection.cursor() as cursor:
                cursor.execute(sql, self._newest() + last)
                found = cursor.fetchall()
            if not found:
                return
            yield found
            last = [found[-1][0]]

    def anew(self, rows: list[tuple[Any, ...]], done: Done) -> None:
        """Seal a batch anew, in one short transaction."""
        changes = []
        for row in rows:
            old = bytes(row[1]).decode() if self.binary else str(row[1])
            try:
                fresh = self._fresh(old, row)
            except Unsealable:
                done.broken.append(f"{self} {row[0]}")
                continue
            changes.append([self._raw(fresh), row[0], self._raw(old)])
        sql = f'UPDATE "{self.table}" SET {self.set} WHERE "{self.id}" = %s AND {self.value} = %s'  # noqa: S608
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(sql, changes)
        done.resealed += len(changes)

    def _fresh(self, old: str, row: tuple[Any, ...]) -> str:
        about = self.column.bound({"id": row[0], "number": row[2] if self.needs else ""})
        if self.column.may_be_plain and not old.startswith(f"{MARK}:"):
            return seal(old, about=about)
        return reseal(old, about=about)


def _files_left() -> list[str]:
    newest = keyring().current
    return [digest for digest, _path in vault.contents() if digest and _key_of(digest) != newest]


def _key_of(digest: str) -> str:
    """ "" for a file that is gone, was cut off or is none of ours: the newest key's it is not."""
    try:
        return vault.key_of(digest)
    except (FileNotFoundError, Unsealable):
        return ""


# -- all of them ------------------------------------------------------------------------------


def left() -> dict[str, int]:
    """How many values and files are not under the newest key, by place."""
    found = {str(place): place.count() for place in map(Place, columns())}
    return {**found, FILES: len(_files_left())}


def reseal_all(*, batch: int, pause_s: float, say: Say) -> Done:
    """Everything that is left, once through. `pause_s` after each batch leaves room for others."""
    done = Done()
    for place in map(Place, columns()):
        whole, seen = place.count(), 0
        for rows in place.batches(batch):
            place.anew(rows, done)
            seen += len(rows)
            say(f"{place} {min(seen, whole)}/{whole}")
            clock.sleep(pause_s)
    _reseal_files(done, say, pause_s)
    return done


def _reseal_files(done: Done, say: Say, pause_s: float) -> None:
    waiting = _files_left()
    for number, digest in enumerate(waiting, 1):
        if reseal_file(digest):
            done.resealed += 1
        else:
            done.broken.append(f"{FILES} {digest}")
        if number % 100 == 0 or number == len(waiting):
            say(f"{FILES} {number}/{len(waiting)}")
            clock.sleep(pause_s)


# -- the keys themselves ----------------------------------------------------------------------


def moment() -> Any:
    """The database server's own clock, to be compared with its transactions' beginnings."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def settled(since: Any, *, wait_s: float) -> bool:
    """Has every transaction ended that began before `since`, and may still write under an old key?"""
    until = clock.monotonic() + wait_s
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND xact_start < %s AND backend_type = 'client backend'",
                [since],
            )
            if cursor.fetchone()[0] == 0:
                return True
        if clock.monotonic() > until:
            return False
        clock.sleep(0.2)


def begin(say: Say) -> None:
    """A new key, unless an earlier rotation is not finished."""
    if len(keyring(anew=True).keys) > 1:
        say(pick(f"接着上次的更换：新密钥 {keyring().current}。",
                 f"going on with the rotation to key {keyring().current}"))  # fmt: skip
        return
    number = secrets.add_key(settings.VAR)
    keyring(anew=True)
    _write_down("key_made", {"key": number})
    say(pick(f"新密钥 {number} 已写入 {secrets.FILE}。", f"key {number} is in {secrets.FILE}"))


def end(done: Done, say: Say) -> bool:
    """Take the old keys out once nothing uses them. False when something still does."""
    ring = keyring(anew=True)
    old = sorted(set(ring.keys) - {ring.current})
    waiting = sum(left().values())
    if done.broken or waiting:
        say(
            pick(
                f"旧密钥仍保留：{waiting} 个值还在用。", f"old keys stay: {waiting} values use them"
            )
        )
        return False
    aside = secrets.retire(settings.VAR, old)
    _write_down("key_retired", {"keys": old})
    say(pick(f"旧密钥 {', '.join(old)} 已移到 {aside.name}，旧备份还要用到，请放入保险柜。",
             f"old key {', '.join(old)} moved to {aside.name}; older backups need it: into the safe"))  # fmt: skip
    return True


def _write_down(act: str, data: dict[str, Any]) -> None:
    record(street="0", stream="keys:people", act=act, by=system("0"), at=now(), data=data)
