"""Verbs of the ledger: append an entry, fold heads into roots, queue an errand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from yimen.ledger import editions, rows
from yimen.ledger.chain import ZERO, Head, canonical, entry_hash
from yimen.ledger.models import Entry, Errand, Leaf, Root, Stream
from yimen.ledger.rows import Sheet
from yimen.ledger.together import together
from yimen.lib.actor import Actor, Power
from yimen.lib.ids import new_id
from yimen.lib.time import now


def append(
    head: Head,
    *,
    street: str,
    stream: str,
    act: str,
    by: Actor,
    at: datetime,
    data: dict[str, Any],
    power: Power | None = None,
    into: Sheet,
) -> Head:
    """Put the next entry of a stream, whose head the caller holds under a lock, on a sheet.

    The caller must save the returned head on the same sheet. Two writers who both think
    they hold the head collide on the primary key; nothing is overwritten.
    """
    recorded = now()
    seq = head.seq + 1
    appointment = power.appointment if power else None
    text = canonical(data)
    digest = entry_hash(
        head.hash,
        street=street,
        stream=stream,
        seq=seq,
        act=act,
        at=at,
        recorded_at=recorded,
        account=by.account,
        power=appointment,
        data=text,
    )
    into.insert(
        Entry,
        [
            {
                "street": street,
                "stream": stream,
                "seq": seq,
                "act": act,
                "at": at,
                "recorded_at": recorded,
                "account": by.account,
                "power": appointment,
                "data": text,
                "hash": digest,
            }
        ],
    )
    return Head(seq, digest)


def begin(
    *,
    street: str,
    stream: str,
    act: str,
    by: Actor,
    at: datetime,
    data: dict[str, Any],
    into: Sheet | None = None,
) -> None:
    """The first entry of a stream that cannot exist yet, because its name holds an id made this
    moment: there is no head to lock, so it goes out with the act's sheet, when that is given."""
    sheet = into or Sheet()
    head = append(
        Head(), street=street, stream=stream, act=act, by=by, at=at, data=data, into=sheet
    )
    row = {"street": street, "stream": stream, "seq": head.seq, "hash": head.hash}
    sheet.insert(Stream, [row])
    if into is None:
        sheet.write()


@together()
def record(
    *,
    street: str,
    stream: str,
    act: str,
    by: Actor,
    at: datetime,
    data: dict[str, Any] | None = None,
    power: Power | None = None,
) -> Head:
    """Append to a stream whose head the ledger keeps itself (persons, bodies, matters ...)."""
    with connection.cursor() as cursor:
        # the no-op update takes the row's lock whether the stream is new or old
        cursor.execute(
            "INSERT INTO ledger_stream (street, stream, seq, hash) VALUES (%s, %s, 0, %s) "
            "ON CONFLICT (street, stream) DO UPDATE SET seq = ledger_stream.seq "
            "RETURNING seq, hash",
            [street, stream, ZERO],
        )
        seq, digest = cursor.fetchone()
    sheet = Sheet()
    head = append(
        Head(seq, bytes(digest)),
        street=street,
        stream=stream,
        act=act,
        by=by,
        at=at,
        data=data or {},
        power=power,
        into=sheet,
    )
    sheet.update(Stream, {"street": street, "stream": stream}, seq=head.seq, hash=head.hash)
    sheet.write()
    editions.forget()  # what is recorded here may be a new rule, body or matter
    return head


def queue(
    errand: str,
    *,
    street: str,
    key: str,
    payload: dict[str, Any],
    at: datetime,
    into: Sheet | None = None,
) -> None:
    """Enqueue one errand in the act's transaction; the same key is done once only."""
    queue_many([(errand, key, payload)], street=street, at=at, into=into)


def queue_many(
    errands: Iterable[tuple[str, str, dict[str, Any]]],
    *,
    street: str,
    at: datetime,
    into: Sheet | None = None,
) -> None:
    """Enqueue `(name, key, payload)` errands and wake the worker for them, in one statement (that
    of the act, when its sheet is given)."""
    from yimen.ledger.jobs import WAKE

    sheet = into or Sheet()
    made = [
        {
            "id": new_id(),
            "street": street,
            "name": name,
            "key": key,
            "payload": payload,
            "due_at": at,
            "queued_at": now(),
        }
        for name, key, payload in errands
    ]
    if made:
        sheet.insert(Errand, made, then=WAKE)
    if into is None:
        sheet.write()


def resend(errand_id: UUID, *, by: Actor, at: datetime) -> None:
    """Give a failed errand a fresh start, by hand."""
    from yimen.ledger import jobs

    with transaction.atomic():
        errand = Errand.objects.select_for_update().get(pk=errand_id)
        if errand.state != Errand.State.FAILED:
            return
        rows.update(Errand, {"id": errand_id}, state=Errand.State.WAITING, attempts=0, due_at=now())
        record(
            street=errand.street or "0",
            stream=f"errand:{errand_id}",
            act="resent",
            by=by,
            at=at,
            data={"name": errand.name},
        )
        jobs.wake([errand_id])


def beat(name: str) -> None:
    """Note a sign of life."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_heartbeat (name, at) VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET at = excluded.at",
            [name, now()],
        )


def make_root(street: str, heads: Iterable[tuple[str, Head]]) -> Root | None:
    """Fold the heads that moved since the last root into a new one; None when none moved."""
    from yimen.lib.merkle import root as merkle_root

    heads = sorted(heads)
    if not heads:
        return None
    with transaction.atomic():
        last = Root.objects.select_for_update().filter(street=street).order_by("-number").first()
        prev = bytes(last.hash) if last else ZERO
        digest = merkle_root([prev, *(leaf_bytes(name, head) for name, head in heads)])
        made = Root(
            street=street,
            number=(last.number + 1) if last else 1,
            made_at=now(),
            prev=prev,
            hash=digest,
            leaves=len(heads),
        )
        made.save(force_insert=True)
        for start in range(0, len(heads), 2000):
            rows.insert(
                Leaf,
                [
                    {
                        "root_id": made.pk,
                        "street": street,
                        "stream": name,
                        "seq": head.seq,
                        "hash": head.hash,
                    }
                    for name, head in heads[start : start + 2000]
                ],
            )
        return made


def leaf_bytes(stream: str, head: Head) -> bytes:
    """What a root folds for one stream."""
    return f"{stream}\x1f{head.seq}\x1f".encode() + head.hash
