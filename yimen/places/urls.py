from __future__ import annotations

from django.urls import path

from yimen.places import views

app_name = "places"
urlpatterns = [path("centres/", views.centres, name="centres")]
