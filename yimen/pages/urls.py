from __future__ import annotations

from django.urls import path

from yimen.pages import health, views

app_name = "pages"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    path("", views.home, name="home"),
    path("arrive/", views.arrive, name="arrive"),
    path("desk/", views.desk, name="desk"),
    path("desk/search/", views.search, name="search"),
    path("about/", views.about, name="about"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
]
