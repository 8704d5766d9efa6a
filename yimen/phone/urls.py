"""Addresses of the line."""

from django.urls import path

from yimen.phone import views

app_name = "phone"
urlpatterns = [
    path("desk/phone/", views.owed, name="owed"),
    path("desk/phone/calls/", views.calls, name="calls"),
    path("desk/phone/calls/<uuid:id>/", views.call, name="call"),
    path("desk/phone/<uuid:id>/done/", views.done, name="done"),
    path("desk/phone/<uuid:id>/undo/", views.undo, name="undo"),
]
