"""The bulk loader: pours moulds into the database, chains hashed by the product's own function.

    python -m bench.loader MOULDS FROM COUNT STEP PERSONS TURNS

writes cases FROM, FROM + STEP ... (COUNT of them) and is started once for each core. Rows go in by
COPY with every index, constraint and foreign key in place; every second case is a new resident's.
"""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import place, residents
from bench.lives import share
from bench.mould import Chained, Mould, Moulds

CHUNK = 1000
SEED = 20261101


def _hex(value: bytes) -> str:
    r"""A bytea as COPY reads it."""
    return "\\\\x" + value.hex()


class Pourer:
    """Fills gaps and collects lines, table by table."""

    def __init__(self, moulds: Moulds) -> None:
        from yimen.ledger.chain import entry_hash
        from yimen.lib import crypto, masking, numbering
        from yimen.people import sealed

        self.entry_hash, self.crypto, self.numbering = entry_hash, crypto, numbering
        self.masking, self.sealed = masking, sealed
        self.ring = crypto.keyring()
        self.moulds = moulds
        self.lines: dict[str, list[str]] = defaultdict(list)

    def ids(self, count: int) -> dict[str, str]:
        """Fresh ids, version 7, in the order of their gaps (as canonical JSON has them)."""
        ms = f"{time.time_ns() // 1_000_000:012x}"
        noise = os.urandom(8 * count).hex()
        head = f"{ms[:8]}-{ms[8:]}"
        return {
            f"u{n}": f"{head}-7{n:03x}-8{noise[16 * n : 16 * n + 3]}-{noise[16 * n + 3 : 16 * n + 15]}"
            for n in range(count)
        }

    def chain(self, entries: list[Chained], gaps: dict[str, str]) -> None:
        """Hash the entries one upon the other; the head stays in the gap `hash`."""
        before = bytes(32)
        for entry in entries:
            values = dict(entry.values)
            values["stream"] %= gaps
            values["data"] %= gaps
            before = self.entry_hash(before, **values)
            gaps["hash"] = _hex(before)
            self.lines["ledger_entry"].append(entry.row % gaps)

    def person(self, street: str, index: int) -> str:
        """A new resident; returns the id."""
        party = self.ids(1)["u0"]
        number, phone = residents.id_number(index), residents.phone(index)
        full, seal, about = residents.name(index), self.crypto.seal, f"people.party:{party}"
        gaps = {
            "party": party,
            "name": full,
            "name_key": residents.name_key(full),
            "id_sealed": _hex(seal(number, about=f"{about}:id_number", ring=self.ring).encode()),
            "id_index": _hex(self.sealed.index_of_document(number)),
            "id_mask": self.masking.mask_id(number),
            "birth_date": residents.born(index).isoformat(),
            "sex": residents.sex(index),
            "phone_sealed": _hex(seal(phone, about=f"{about}:phone", ring=self.ring).encode()),
            "phone_index": _hex(self.sealed.index_of_phone(phone)),
            "phone_mask": self.masking.mask_phone(phone),
        }
        lines, chain = self.moulds.party[street]
        self.chain(chain, gaps)
        for table, line in zip(("people_party", "ledger_stream"), lines, strict=True):
            self.lines[table].append(line % gaps)
        return party

    def case(self, mould: Mould, party: str, serial: int, turn: int) -> None:
        number = self.numbering.case_number(mould.centre, mould.day, serial)
        gaps = self.ids(mould.ids)
        code = self.crypto.seal(
            self.numbering.new_enquiry_code(), about=f"case:{number}", ring=self.ring
        )
        gaps |= {
            "party": party,
            "number": number,
            "enquiry_no": self.numbering.enquiry_number(turn, self.ring.blind),
            "enquiry_code": code,
            "facts": self.crypto.blind("case.facts", f"{gaps[mould.case]}\x1f{mould.facts}"),
        }
        for n in range(mould.codes):
            gaps[f"r{n}"] = self.numbering.new_verification_code()
        self.chain(mould.chain, gaps)
        for table, lines in mould.lines.items():
            self.lines[table] += [line % gaps for line in lines]

    def flush(self, connection: Any) -> int:
        """Everything collected so far, in one transaction. Returns how many rows."""
        rows = 0
        with connection.transaction(), connection.cursor() as cursor:
            for table, lines in self.lines.items():
                names = ", ".join(f'"{name}"' for name in self.moulds.columns[table])
                with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                    copy.write("\n".join(lines) + "\n")
                rows += len(lines)
        self.lines.clear()
        return rows


def pour(moulds: Moulds, start: int, count: int, step: int, persons: int, turns: int) -> int:
    """Write `count` cases, numbered start, start + step ... among all of this load."""
    pourer, rng = Pourer(moulds), random.Random(SEED + start)
    weights = [_weight(mould, moulds, count * step) for mould in moulds.cases]
    chosen = rng.choices(moulds.cases, weights, k=count)
    known: dict[str, list[str]] = defaultdict(list)
    rows = 0
    with place.connect() as connection:
        connection.execute("SET synchronous_commit = off; SET timezone = 'UTC'")
        taken: dict[tuple[str, Any], int] = defaultdict(int)
        for n, mould in enumerate(chosen):
            index, street, key = start + n * step, mould.centre[:9], (mould.centre, mould.day)
            if n % 2 == 0 or not known[street]:
                known[street].append(pourer.person(street, persons + index))
                party = known[street][-1]
            else:
                party = rng.choice(known[street])
            serial = moulds.given.get(key, 0) + 1 + start + taken[key] * step
            taken[key] += 1
            pourer.case(mould, party, serial, turns + index)
            if n % CHUNK == CHUNK - 1:
                rows += pourer.flush(connection)
        return rows + pourer.flush(connection)


def _weight(mould: Mould, moulds: Moulds, total: int) -> float:
    """So that each shape has its share among `total` cases, its moulds evenly."""
    return share(mould.shape, total) / sum(1 for m in moulds.cases if m.shape == mould.shape)


@dataclass
class Loaded:
    """What a load wrote, and how long it took."""

    cases: int
    rows: int
    seconds: float


def load(moulds: Moulds, cases: int, *, processes: int = 2) -> Loaded:
    """Write so many cases with one process a core, then bring counters and statistics along."""
    begun = time.monotonic()
    with place.connect() as connection:
        (turns,) = connection.execute(
            "SELECT setval('cases_enquiry_seq', nextval('cases_enquiry_seq') + %s) - %s + 1",
            [cases, cases],
        ).fetchone() or (0,)
        moulds.given = _given(connection)
    path = place.VAR / "moulds.pickle"
    path.write_bytes(pickle.dumps(moulds))
    words = [sys.executable, "-m", "bench.loader", str(path)]
    share = -(-cases // processes)
    running = [
        subprocess.Popen(
            [*words, str(n), str(min(share, cases - n * share)), str(processes),
             str(moulds.poured), str(turns)],
            env=place.environment(), cwd=place.ROOT, stdout=subprocess.PIPE, text=True,
        )
        for n in range(processes)
    ]  # fmt: skip
    rows = 0
    for process in running:
        said, _nothing = process.communicate()
        if process.returncode:
            raise RuntimeError("the bulk loader failed")
        rows += int(said)
    seconds = time.monotonic() - begun
    moulds.poured += cases + processes
    _settle()
    return Loaded(cases, rows, seconds)


def _given(connection: Any) -> dict[tuple[str, Any], int]:
    """The last serial given at each centre and day."""
    rows = connection.execute("SELECT centre, day, last FROM cases_counter").fetchall()
    return {(str(centre), day): int(last) for centre, day, last in rows}


def _settle() -> None:
    """Counters stand behind the highest serial given; the planner knows the tables."""
    with place.connect() as connection:
        connection.execute(
            "INSERT INTO cases_counter (centre, day, last) "
            "SELECT substr(number, 1, 11), to_date(substr(number, 12, 8), 'YYYYMMDD'), "
            "max(substr(number, 20, 5)::int) FROM cases_case GROUP BY 1, 2 "
            "ON CONFLICT (centre, day) DO UPDATE SET last = excluded.last"
        )
        connection.execute("VACUUM ANALYZE")


def main(words: list[str]) -> None:
    import django

    django.setup()
    moulds: Moulds = pickle.loads(Path(words[0]).read_bytes())
    start, count, step, persons, turns = (int(word) for word in words[1:])
    print(pour(moulds, start, count, step, persons, turns))


if __name__ == "__main__":
    main(sys.argv[1:])
