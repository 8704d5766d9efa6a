"""Is it well? What a load balancer and Prometheus are told, and what browsers are told."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client, override_settings

from yimen.ledger.actions import beat
from yimen.ledger.models import Heartbeat
from yimen.lib import time

pytestmark = pytest.mark.django_db
SHAPE = {"status", "database", "worker", "due_not_warned"}


def test_all_is_well_while_the_worker_lives(client: Client) -> None:
    beat("worker")
    response = client.get("/healthz")
    assert response.status_code == 200
    body = response.json()
    assert set(body) == SHAPE
    assert body["status"] == body["database"] == "ok"
    assert body["worker"]["heartbeat_age_s"] < 60
    assert body["due_not_warned"] == 0


def test_a_worker_never_seen_or_long_silent_is_not_well(client: Client) -> None:
    Heartbeat.objects.all().delete()
    assert client.get("/healthz").status_code == 503
    beat("worker")
    with time.at(time.now() + timedelta(minutes=5)):
        response = client.get("/healthz")
    assert response.status_code == 503
    assert set(response.json()) == SHAPE
    assert response.json()["worker"]["heartbeat_age_s"] >= 300


def test_a_database_that_is_away_is_told_in_the_same_shape(client: Client) -> None:
    with mock.patch.object(Heartbeat.objects, "filter", side_effect=OperationalError("away")):
        response = client.get("/healthz")
    assert response.status_code == 503
    assert set(response.json()) == SHAPE
    assert response.json()["database"] == "failing"


def test_figures_are_for_this_machine_or_its_token(client: Client) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 404
    with override_settings(YIMEN_METRICS_TOKEN="secret"):
        assert client.get("/metrics").status_code == 404
        good = client.get("/metrics", headers={"Authorization": "Token secret"})
    assert good.status_code == 200
    assert b"# TYPE yimen_due_not_warned gauge" in good.content


def test_a_page_may_load_only_what_is_ours(client: Client) -> None:
    response = client.get("/")
    policy = dict(
        part.strip().split(" ", 1)
        for part in response.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
