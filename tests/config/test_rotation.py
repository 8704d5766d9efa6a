"""A new key: every sealed value under it, none forgotten, while others write; old keys go last."""

from __future__ import annotations

import base64
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from tests.cast import account, actor, body, party
from tests.doors.town import CIVIL, STREET, Town, town
from yimen.config import rotation, secrets
from yimen.files import vault
from yimen.ledger.models import Entry
from yimen.ledger.verify import verify
from yimen.lib import crypto, time
from yimen.lib.crypto import Keyring, unseal

__all__ = ["town"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "journal"])


def key(letter: str) -> str:
    return base64.b64encode(letter.encode() * 32).decode()


OLD, NEW = {"1": key("t")}, {"1": key("t"), "2": key("n")}
NEW_ALONE = Keyring({"2": b"n" * 32}, "2", b"b" * 32)


def columns_with_sealed_values() -> set[str]:
    """Asks every column of every table, whatever its type, for something that looks sealed."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if not field.column:
                continue
            text = f'"{field.column}"::text'
            if field.get_internal_type() == "BinaryField":
                text = f"""encode("{field.column}", 'escape')"""
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT EXISTS (SELECT 1 FROM "{model._meta.db_table}" '
                    f"WHERE {text} ~ 'y1:[^:]+:[A-Za-z0-9_-]{{20,}}')"
                )
                if cursor.fetchone()[0]:
                    found.add(f"{model._meta.label}.{field.name}")
    return found


def add_secrets() -> None:
    """What the town has not: a system that is signed to, and a second factor."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    from yimen.bridges.actions import connect

    connect(
        street=STREET, code="civil-new", name="新系统", body=body(CIVIL), sort="open",
        url="https://example.invalid/hook", events=["case.decided"], by=actor("admin"),
        at=time.now(),
    )  # fmt: skip
    TOTP.activate(account("clerk"), "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(account("clerk"))


def all_values() -> Iterator[tuple[str, str, str]]:
    """(place, value, what is bound in) of everything that the houses say is sealed."""
    for place in map(rotation.Place, rotation.columns()):
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT "{place.id}", {place.value}{place.needs} FROM "{place.table}" '
                f"WHERE {place.value} IS NOT NULL"
            )
            rows = cursor.fetchall()
        for row in rows:
            text = bytes(row[1]).decode() if place.binary else row[1]
            if text:
                number = row[2] if place.needs else ""
                yield str(place), text, place.column.bound({"id": row[0], "number": number})


def test_none_is_forgotten(town: Town, settings: Any, subtests: pytest.Subtests) -> None:
    add_secrets()
    with subtests.test("every column that holds one is on a house's list, and the other way round"):
        named = {f"{c.model}.{c.column}" for c in rotation.columns()}
        assert columns_with_sealed_values() == named
    with subtests.test("before: nothing is left to do, and nothing is done"):
        assert not any(rotation.left().values())
        assert rotation.reseal_all(batch=50, pause_s=0, say=str).resealed == 0
    before = dict.fromkeys(place for place, _v, _a in all_values())
    settings.YIMEN_KEYS = NEW
    waiting = rotation.left()
    assert all(waiting.values()), waiting
    told: list[str] = []
    done = rotation.reseal_all(batch=7, pause_s=0, say=told.append)
    with subtests.test("after: everything opens with the new key alone"):
        assert done.resealed == sum(waiting.values()) and not done.broken
        assert not any(rotation.left().values())
        for place, value, about in all_values():
            assert unseal(value, about=about, ring=NEW_ALONE), place
            before[place] = True
        assert all(before.values())
        settings.YIMEN_KEYS = {"2": NEW["2"]}
        files = [digest for digest, _path in vault.contents()]
        assert files and all(vault.get(digest) for digest in files)
    with subtests.test("progress was told to the end, and the record is whole"):
        assert f"people.Party.id_sealed {waiting['people.Party.id_sealed']}/" in "".join(told)
        assert verify().fault is None


@pytest.fixture
def filed(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The keys in a file, as on a machine of a centre's own, with the test's first key in it."""
    monkeypatch.delenv("YIMEN_KEYS")
    monkeypatch.delenv("YIMEN_BLIND_KEY")
    first = secrets.Keys("s" * 50, dict(OLD), key("b"))
    (tmp_path / secrets.FILE).write_text(secrets.as_toml(first))
    (tmp_path / secrets.FILE).chmod(0o600)
    settings.VAR, settings.YIMEN_FILES = tmp_path, str(tmp_path / "files")
    settings.YIMEN_KEYS_NOW = secrets.Watched(tmp_path)
    monkeypatch.setattr("yimen.config.management.commands.rotate-keys.EVERYBODY_KNOWS_S", 0)
    return tmp_path


def in_file(folder: Path, name: str = secrets.FILE) -> set[str]:
    return set(tomllib.loads((folder / name).read_text())["people"])


@pytest.mark.usefixtures("cast")
def test_the_command_from_beginning_to_end(filed: Path) -> None:
    call_command("rotate-keys", verbosity=0)
    assert in_file(filed) == {"2"} and in_file(filed, secrets.RETIRED) == {"1"}
    for name in (secrets.FILE, secrets.RETIRED):
        assert os.stat(filed / name).st_mode & 0o777 == 0o600
    from yimen.people.queries import phone_of

    assert phone_of(party("resident").pk).startswith("1")
    acts = Entry.objects.filter(stream="keys:people").values_list("act", flat=True)
    assert list(acts) == ["key_made", "key_retired"]
    assert verify().fault is None
    call_command("rotate-keys", verbosity=0)
    assert in_file(filed) == {"3"} and in_file(filed, secrets.RETIRED) == {"1", "2"}


@pytest.mark.usefixtures("cast")
def test_an_interrupted_run_goes_on_with_the_same_key(
    filed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_args: Any, **_options: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(rotation, "_reseal_files", interrupted)
        with pytest.raises(KeyboardInterrupt):
            call_command("rotate-keys", batch=5)
    assert in_file(filed) == {"1", "2"}
    call_command("rotate-keys")
    assert in_file(filed) == {"2"}


@pytest.mark.usefixtures("cast")
def test_the_old_key_stays_while_something_needs_it(filed: Path) -> None:
    """A value that does not open is named by its row, and nothing is thrown away."""
    row = party("resident")
    forged = crypto.seal("13800000000", about="somewhere else").encode()
    type(row).objects.filter(pk=row.pk).update(phone_sealed=forged)
    with pytest.raises(CommandError, match="1 "):
        call_command("rotate-keys")
    assert in_file(filed) == {"1", "2"}
    assert rotation.left()["people.Party.phone_sealed"] == 1


@pytest.mark.usefixtures("cast")
def test_a_value_changed_in_between_is_not_overwritten(settings: Any) -> None:
    """Read by the rotation, then changed by its owner: the owner's value stays."""
    from yimen.people import actions, queries

    settings.YIMEN_KEYS = NEW
    column = next(c for c in rotation.columns() if c.column == "phone_sealed")
    place, done = rotation.Place(column), rotation.Done()
    (read,) = list(place.batches(1000))
    actions.update_details(party("resident"), phone="19900001234", by=actor("clerk"), at=time.now())
    place.anew(read, done)
    assert queries.phone_of(party("resident").pk) == "19900001234"
    assert place.count() == 0


def test_a_process_that_runs_learns_of_the_new_key_and_keeps_what_it_knew(filed: Path) -> None:
    sealed_before = crypto.seal("x", about="a")
    secrets.add_key(filed)
    elsewhere = crypto.seal("y", about="a", ring=crypto.keyring(anew=True))
    look = secrets.Watched(filed)
    assert crypto.unseal(sealed_before, about="a") == "x"
    assert crypto.unseal(elsewhere, about="a") == "y"
    (filed / secrets.FILE).unlink()
    assert set(look(True)[0]) == {"1", "2"}


def test_keys_of_the_environment_are_left_to_who_set_them(
    filed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIMEN_KEYS", "{}")
    before = (filed / secrets.FILE).read_text()
    call_command("rotate-keys")
    assert (filed / secrets.FILE).read_text() == before
