from __future__ import annotations

from django.urls import path

from yimen.clock import views

app_name = "clock"
urlpatterns = [
    path("desk/calendars/", views.year, name="year"),
    path("desk/calendars/publish/", views.publish, name="publish"),
]
