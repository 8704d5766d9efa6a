from __future__ import annotations

from django.urls import path

from yimen.look import views

app_name = "look"
urlpatterns = [
    path("look/preferences/", views.preferences, name="preferences"),
    path("desk/look/", views.styles, name="styles"),
]
