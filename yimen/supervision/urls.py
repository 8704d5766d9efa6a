"""Addresses of supervision."""

from __future__ import annotations

from django.urls import path

from yimen.supervision import views

app_name = "supervision"
urlpatterns = [
    path("conduct/", views.public, name="public"),
    path("desk/visits/", views.visits, name="visits"),
    path("desk/visits/plan/", views.plan, name="plan"),
    path("desk/visits/<uuid:id>/", views.visit, name="visit"),
    path("desk/visits/<uuid:id>/sheet/", views.sheet, name="sheet"),
    path("desk/visits/<uuid:id>/call-off/", views.call_off, name="call_off"),
    path("desk/visits/<uuid:id>/photos/<uuid:photo>/", views.photo, name="photo"),
    path("desk/visits/scores/<uuid:id>/object/", views.object_to, name="object_to"),
    path("desk/visits/scores/<uuid:id>/measure/", views.set_measure, name="set_measure"),
    path("desk/visits/objections/<uuid:id>/", views.answer, name="answer"),
    path("desk/visits/measures/<uuid:id>/", views.measure, name="measure"),
]
