from __future__ import annotations

from django.urls import path

from yimen.bookings import views

app_name = "bookings"
urlpatterns = [
    path("my/bookings/", views.mine, name="mine"),
    path("my/bookings/<uuid:pk>/", views.one, name="one"),
    path("my/bookings/<uuid:pk>/change/", views.change, name="change"),
    path("my/bookings/<uuid:pk>/booking.ics", views.ics, name="ics"),
    path("desk/bookings/", views.resources, name="resources"),
    path("desk/bookings/<uuid:pk>/", views.one, {"desk": True}, name="desk_one"),
    path("desk/bookings/<uuid:pk>/change/", views.change, {"desk": True}, name="desk_change"),
    path("desk/bookings/hours/<uuid:pk>/", views.hours, name="hours"),
]
