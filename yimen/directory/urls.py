from __future__ import annotations

from django.urls import path

from yimen.directory import desk, neighbours, views

app_name = "directory"
urlpatterns = [
    path("services/", views.services, name="services"),
    path("services/sheet.pdf", views.sheet, name="sheet"),
    path("kiosk/<str:code>/services/", views.kiosk, name="kiosk"),
    path("my/help/", views.mine, name="mine"),
    path("my/help/<uuid:pk>/", views.act, name="act"),
    path("desk/units/", desk.units, name="units"),
    path("desk/units/new/", desk.unit, name="unit_new"),
    path("desk/units/<slug:code>/", desk.unit, name="unit"),
    path("desk/services/new/", desk.service, name="service_new"),
    path("desk/services/<slug:code>/", desk.service, name="service"),
    path("desk/helpers/", neighbours.helpers, name="helpers"),
    path("desk/helpers/new/", neighbours.offer, name="offer"),
    path("desk/helpers/<uuid:pk>/", neighbours.helper, name="helper"),
    path("desk/concerns/", neighbours.concerns, name="concerns"),
]
