from __future__ import annotations

from django.urls import path

from yimen.counters.views import desk, kiosk, kiosk_find, phone, reception, wall

app_name = "counters"
urlpatterns = [
    path("desk/hall/", desk.windows, name="windows"),
    path("desk/hall/windows/<str:code>/", desk.window, name="window"),
    path("desk/hall/reception/<str:centre>/", reception.reception, name="reception"),
    path("desk/hall/tickets/<uuid:pk>/", reception.ticket, name="ticket"),
    path("q/<str:secret>/", phone.ticket, name="phone"),
    path("join/<str:centre>/", phone.join, name="join"),
    path("kiosk/<str:code>/", kiosk.home, name="kiosk"),
    path("kiosk/<str:code>/ticket/", kiosk.take, name="kiosk_take"),
    path("kiosk/<str:code>/ticket/<str:secret>/", kiosk.ticket, name="kiosk_ticket"),
    path("kiosk/<str:code>/find/", kiosk_find.find, name="kiosk_find"),
    path("kiosk/<str:code>/find/<slug:matter>/", kiosk_find.guide, name="kiosk_guide"),
    path("kiosk/<str:code>/track/", kiosk_find.track, name="kiosk_track"),
    path("kiosk/<str:code>/rate/", kiosk_find.rate, name="kiosk_rate"),
    path("kiosk/<str:code>/plan/", kiosk_find.plan, name="kiosk_plan"),
    path("wall/", wall.halls, name="halls"),
    path("wall/<str:centre>/", wall.wall, name="wall"),
    path("wall/<str:centre>/now.json", wall.snapshot, name="snapshot"),
]
