"""A database that is away, or a disk that is full, is a sentence that comes at once. None of these
tests may touch the database: that is the point."""

from __future__ import annotations

import errno
import json
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, InternalError, OperationalError, ProgrammingError
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from yimen.look import away, problems


def made_of(kind: type[Exception], cause: Exception) -> Exception:
    """As Django raises it: its own error made of the driver's."""
    try:
        try:
            raise cause
        except Exception as inner:
            raise kind(str(inner)) from inner
    except Exception as error:
        return error


FULL = made_of(OperationalError, psycopg.errors.DiskFull("could not extend file"))
GONE = made_of(OperationalError, psycopg.errors.AdminShutdown("terminating connection"))
NOBODY = made_of(OperationalError, psycopg.OperationalError("connection refused"))
REPLICA = made_of(InternalError, psycopg.errors.ReadOnlySqlTransaction("read-only transaction"))
WRAPPED = made_of(RuntimeError, GONE)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (FULL, 507),
        (OSError(errno.ENOSPC, "No space left on device"), 507),
        (GONE, 503),
        (NOBODY, 503),
        (REPLICA, 503),
        (WRAPPED, 503),
        (OSError(errno.ENOENT, "no such file"), None),
        (IntegrityError("twice"), None),
        (made_of(ProgrammingError, psycopg.errors.UndefinedTable("x")), None),
        (ValueError("a bug"), None),
        (None, None),
    ],
)
def test_what_an_error_means(error: Exception | None, status: int | None) -> None:
    assert away.status_of(error) == status


def ask(method: str, path: str) -> HttpRequest:
    """A request of somebody who is signed in, as far as the cookie says."""

    def who() -> Any:
        raise AssertionError("the database was asked who this is")

    request = RequestFactory().generic(method, path)
    request.user = request.actor = SimpleLazyObject(who)  # type: ignore[attr-defined]
    return request


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", ["/", "/desk/intake/"])
def test_a_page_comes_without_the_database(path: str, language: str) -> None:
    with translation.override(language):
        answer = problems.no_store(ask("POST", path), GONE)
    assert answer is not None and answer.status_code == 503
    assert answer.headers["Retry-After"] == str(away.RETRY_AFTER_S)
    text = answer.content.decode()
    told = "already hold a receipt" if language == "en" else "已拿到回执的事项不受影响"
    assert told in text and "<main" in text


def test_somebody_who_only_looked_is_not_told_to_look_again() -> None:
    answer = problems.no_store(ask("GET", "/desk/"), GONE)
    assert answer is not None
    assert "重新提交" not in answer.content.decode()


def test_machines_get_a_problem_and_a_wait() -> None:
    answer = problems.no_store(ask("POST", "/api/v1/cases"), FULL)
    assert answer is not None and answer.status_code == 507
    body = json.loads(answer.content)
    assert (body["status"], body["type"]) == (507, "urn:yimen:problem:no-room")
    assert "没有保存" in body["detail"]


def test_a_middleware_that_met_a_dead_database_is_answered_alike() -> None:
    try:
        raise GONE
    except OperationalError:
        answer = problems.error_500(ask("GET", "/api/v1/cases"))
    assert answer.status_code == 503
    try:
        raise ValueError("a bug")
    except ValueError:
        request = RequestFactory().get("/api/v1/cases")
        assert problems.error_500(request).status_code == 500
