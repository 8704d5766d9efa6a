"""Anything at all, sent to every operation that openapi.json describes: no crash, and no answer
that it does not describe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.calling import check_times
from tests.cast import account
from yimen.lib.actor import system
from yimen.lib.time import now
from yimen.people.actions import issue_token

pytestmark = pytest.mark.django_db
EXAMPLES = 12
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
application = WSGIHandler()


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """A server lets its connection go after each answer; the test's is one transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations() -> list[Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_anything_at_all(mode: GenerationMode) -> None:
    """As a clerk. Each try is undone; the same tries each time."""
    headers = {"Authorization": f"Bearer {issue_token(account('clerk'), by=system(), at=now())}"}
    wrong: dict[str, str] = {}
    for operation in operations():
        _try(operation, mode, headers, wrong)
    assert not wrong, "\n\n".join(f"{where}\n{why}" for where, why in wrong.items())


def _try(
    operation: Any, mode: GenerationMode, headers: dict[str, str], wrong: dict[str, str]
) -> None:
    @seed(20260302)
    @settings(
        max_examples=EXAMPLES, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def tried(case: Any) -> None:
        cache.clear()
        with transaction.atomic():
            try:
                response = case.call(headers=headers)
                case.validate_response(response, checks=CHECKS)
                if response.status_code == 200:
                    check_times(response.json())
            except Exception as failure:
                wrong.setdefault(f"{operation.label}: {_first(failure)}", str(failure)[:600])
            transaction.set_rollback(True)

    try:
        tried()
    except Unsatisfiable:
        assert mode == GenerationMode.NEGATIVE  # no wrong value exists for what takes nothing


def _first(failure: BaseException) -> str:
    return (
        str(failure).strip().splitlines()[0][:120] if str(failure).strip() else repr(failure)[:120]
    )
