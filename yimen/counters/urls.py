from __future__ import annotations

from django.urls import path

from yimen.counters.views import desk, phone, reception, wall

app_name = "counters"
urlpatterns = [
    path("desk/hall/", desk.windows, name="windows"),
    path("desk/hall/windows/<str:code>/", desk.window, name="window"),
    path("desk/hall/reception/<str:centre>/", reception.reception, name="reception"),
    path("desk/hall/tickets/<uuid:pk>/", reception.ticket, name="ticket"),
    path("q/<str:secret>/", phone.ticket, name="phone"),
    path("join/<str:centre>/", phone.join, name="join"),
    path("wall/", wall.halls, name="halls"),
    path("wall/<str:centre>/", wall.wall, name="wall"),
    path("wall/<str:centre>/now.json", wall.snapshot, name="snapshot"),
]
