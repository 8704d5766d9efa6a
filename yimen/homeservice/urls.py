from __future__ import annotations

from django.urls import path

from yimen.homeservice.views import desk, handing, public, routes, way

app_name = "homeservice"
urlpatterns = [
    path("home-service/", public.about, name="about"),
    path("home-service/ask/", public.ask, name="ask"),
    path("my/home-visits/", public.mine, name="mine"),
    path("my/home-visits/<uuid:pk>/", public.one, name="one"),
    path("kiosk/<str:code>/home-service/", public.kiosk, name="kiosk"),
    path("desk/home-visits/", desk.visits, name="visits"),
    path("desk/home-visits/new/", desk.new, name="new"),
    path("desk/home-visits/<uuid:pk>/", desk.visit, name="visit"),
    path("desk/home-visits/<uuid:pk>/mandate.pdf", desk.mandate, name="mandate"),
    path("desk/home-visits/<uuid:pk>/hand-in/", handing.hand_in, name="hand_in"),
    path("desk/home-visits/routes/", routes.routes, name="routes"),
    path("desk/home-visits/routes/new/", routes.new, name="route_new"),
    path("desk/home-visits/routes/<uuid:pk>/", routes.route, name="route"),
    path("desk/home-visits/way/", way.way, name="way"),
    path("desk/home-visits/way/worker.js", way.worker, name="worker"),
    path("desk/home-visits/way/acts/", way.acts, name="acts"),
    path("desk/home-visits/way/stops/<uuid:pk>/", way.stop, name="stop"),
    path("desk/home-visits/way/stops/<uuid:pk>/phone/", way.phone, name="phone"),
]
