"""Kept whole, kept secret, erased for good; a full disk and a crash leave nothing half done."""

import errno
import io
import os
import socket
import threading
from datetime import timedelta

import pytest
from django.db import transaction

from tests.files import samples
from yimen.files import actions, queries, ticks, vault, views
from yimen.files.models import File
from yimen.ledger.models import Entry
from yimen.lib.actor import ANONYMOUS, system
from yimen.lib.crypto import Unsealable
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import now

STREET = "310199001"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.YIMEN_FILES = str(tmp_path / "files")
    settings.YIMEN_CLAMD = ""
    return tmp_path / "files"


def keep(content=None, name="a.pdf", **more):
    given = {"purpose": "material", "street": STREET, "by": system(STREET), "at": now(), **more}
    return actions.store(samples.pdf() if content is None else content, name=name, **given)


def on_disk(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_stored_opened_and_recorded(folder):
    file = keep(io.BytesIO(samples.pdf()), name="申请表.pdf")
    assert queries.open_file(File.objects.get(pk=file.pk)) == samples.pdf()
    assert (file.mime, file.scan_state) == ("application/pdf", "none")
    (path,) = on_disk(folder)
    assert b"Catalog" not in path.read_bytes(), "encrypted at rest"
    assert oct(path.stat().st_mode & 0o777) == "0o640"
    entry = Entry.objects.get(stream=f"file:{file.pk}")
    assert entry.act == "stored" and "申请表" not in str(entry.data)


@pytest.mark.django_db
def test_same_content_is_kept_once_and_lives_as_long_as_one_needs_it(
    folder, django_capture_on_commit_callbacks
):
    first, second = keep(), keep(name="b.pdf")
    assert len(on_disk(folder)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase(first, by=system(), at=now())
    assert queries.open_file(second) == samples.pdf()
    with pytest.raises(Unseen):
        queries.open_file(first)
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase(second, by=system(), at=now())
        actions.erase(second, by=system(), at=now())
    assert on_disk(folder) == []
    assert File.objects.filter(name="").count() == 2
    assert Entry.objects.filter(act="erased").count() == 2


@pytest.mark.django_db
def test_a_full_disk_keeps_nothing(folder, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(actions.NoRoom) as said, transaction.atomic():
        keep()
    assert said.value.status == 507 and "已满" in str(said.value.detail)
    assert (
        on_disk(folder) == []
        and not File.objects.exists()
        and not Entry.objects.filter(stream__startswith="file:").exists()
    )


@pytest.mark.django_db
def test_moved_or_changed_contents_do_not_open(folder):
    one, two = keep(), keep(samples.picture(), name="a.jpg")
    os.replace(vault.place(one.sha256), vault.place(two.sha256))
    with pytest.raises(Unsealable):
        queries.open_file(two)
    path = vault.place(two.sha256)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(Unsealable):
        queries.open_file(two)


@pytest.mark.django_db
def test_old_keys_still_open(settings):
    file = keep()
    settings.YIMEN_KEYS = {
        **settings.YIMEN_KEYS,
        "2": "bmV3a2V5bmV3a2V5bmV3a2V5bmV3a2V5bmV3a2V5bmU=",
    }
    assert queries.open_file(file) == samples.pdf()
    other = keep(samples.picture(), name="a.jpg")
    assert vault.place(other.sha256).read_bytes()[3:5] == b"\x012"


@pytest.mark.django_db
def test_size_cap_and_permission(settings):
    settings.YIMEN_FILE_MAX_MB = 1
    with pytest.raises(Invalid, match="file_size"):
        keep(io.BytesIO(b"%PDF-" + b"0" * 1024 * 1024))
    with pytest.raises(Forbidden):
        keep(by=ANONYMOUS)


@pytest.mark.django_db
def test_sweep_spares_the_young_and_the_used(folder, django_capture_on_commit_callbacks):
    used = keep()
    vault.put("a" * 64, b"orphan")
    vault.put("b" * 64, b"young orphan")
    left = vault.place("a" * 64).with_name(f"{vault.PENDING}1")
    left.write_bytes(b"half")
    old = (now() - timedelta(days=2)).timestamp()
    for path in (vault.place("a" * 64), vault.place(used.sha256), left):
        os.utime(path, (old, old))
    assert ticks.sweep(now()) == 2
    assert ticks.sweep(now()) == 0
    assert sorted(p.name[0] for p in on_disk(folder)) == sorted(["b", used.sha256[0]])
    assert queries.open_file(used) == samples.pdf()


@pytest.mark.django_db
def test_answer_to_a_browser():
    picture = keep(samples.picture(), name="身份证.jpg")
    saved = views.download(picture)
    assert saved["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in saved["Content-Security-Policy"]
    assert "no-store" in saved["Cache-Control"]
    assert views.download(picture, inline=True)["Content-Disposition"].startswith("inline")
    document = keep(samples.docx(), name="a.docx")
    assert views.download(document, inline=True)["Content-Disposition"].startswith("attachment")


class FakeClamd(threading.Thread):
    """Answers one file a connection: FOUND when it holds the word VIRUS."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.line = socket.socket(socket.AF_UNIX)
        self.line.bind(str(path))
        self.line.listen()

    def run(self):
        while True:
            try:
                peer, _from = self.line.accept()
            except OSError:
                return
            with peer, peer.makefile("rb") as source:
                assert source.read(10) == b"zINSTREAM\0"
                content = b""
                while size := int.from_bytes(source.read(4), "big"):
                    content += source.read(size)
                peer.sendall(b"stream: Eicar FOUND\0" if b"VIRUS" in content else b"stream: OK\0")


@pytest.fixture
def clamd(tmp_path, settings):
    server = FakeClamd(tmp_path / "clamd.sock")
    server.start()
    yield f"unix:{tmp_path / 'clamd.sock'}"
    server.line.close()


@pytest.mark.django_db
def test_scanner(clamd, settings, folder):
    early = keep()
    settings.YIMEN_CLAMD = clamd
    assert ticks.scan(now()) == 1
    assert File.objects.get(pk=early.pk).scan_state == "clean"
    with pytest.raises(Invalid, match="file_infected"):
        keep(samples.pdf().replace(b"Catalog", b"VIRUS"))
    assert File.objects.count() == 1 and len(on_disk(folder)) == 1


@pytest.mark.django_db
def test_scanner_away_is_said_and_tried_again(clamd, settings):
    settings.YIMEN_CLAMD = "unix:/nonexistent/clamd.sock"
    file = keep(samples.pdf().replace(b"Catalog", b"VIRUS"))
    assert file.scan_state == "failed"
    assert ticks.scan(now()) == 0
    settings.YIMEN_CLAMD = clamd
    ticks.scan(now())
    with pytest.raises(Refused):
        queries.open_file(File.objects.get(pk=file.pk))
