"""A pytest plugin: the ground a test run stands on.

Loaded by `-p yimen.config.testing` before any settings are read: fixed test keys, a data folder of
its own, and the embedded PostgreSQL unless another server is named.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from yimen.config import pg
from yimen.config.database import embedded

ROOT = Path(__file__).resolve().parent.parent.parent


def _key(letter: str) -> str:
    return base64.b64encode(letter.encode() * 32).decode()


os.environ["YIMEN_TESTING"] = "1"
os.environ["YIMEN_SECRET_KEY"] = "only-for-tests"
os.environ["YIMEN_KEYS"] = json.dumps({"1": _key("t")})
os.environ["YIMEN_BLIND_KEY"] = _key("b")
os.environ.setdefault("YIMEN_DATA", str(ROOT / "var" / "test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in our thread
os.environ.setdefault("OMP_NUM_THREADS", "1")
if embedded():
    # A test's rows need not survive a power cut.
    pg.up(Path(os.environ["YIMEN_DATA"]), options={"fsync": "off", "max_connections": "200"})
# Two busy cores make any deadline a lottery.
hypothesis_settings.register_profile("yimen", deadline=None)
hypothesis_settings.load_profile("yimen")


class _Journal:
    """Inside one test's transaction `journal` must be the very connection of `default`, or it
    would not see the test's rows; only the guard of GET does not apply to it."""

    def __init__(self, default: Any) -> None:
        self.__dict__.update(_default=default, execute_wrappers=[], alias="journal")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._default, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._default, name, value)

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        cursor = self._default.cursor(*args, **kwargs)
        cursor.db = self
        return cursor


@pytest.fixture(autouse=True)
def _journal(request: pytest.FixtureRequest, _django_db_marker: None) -> Iterator[None]:
    from django.db import connections

    mark = request.node.get_closest_marker("django_db")
    uses = {"db", "client", "admin_client"} & set(request.fixturenames)
    real = "transactional_db" in request.fixturenames or "live_server" in request.fixturenames
    if real or (mark and mark.kwargs.get("transaction")) or not (mark or uses):
        yield
        return
    request.getfixturevalue("db")  # also for a test that reaches it without the mark
    before = connections["journal"]
    connections["journal"] = _Journal(connections["default"])  # type: ignore[assignment]
    yield
    connections["journal"] = before


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for uploads and documents of this run."""
    return Path(tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp()))


@pytest.fixture(autouse=True)
def _files_apart(request: pytest.FixtureRequest, data_folder: Path) -> Iterator[None]:
    from django.test import override_settings

    with override_settings(YIMEN_FILES=str(data_folder)):
        yield
