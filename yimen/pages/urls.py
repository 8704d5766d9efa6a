from __future__ import annotations

from django.urls import path

from yimen.pages import health

app_name = "pages"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]
