"""Addresses of bridges."""

from __future__ import annotations

from django.urls import path

from yimen.bridges import views

app_name = "bridges"
urlpatterns = [
    path("desk/bridges/", views.systems, name="systems"),
    path("desk/bridges/connect/", views.connect, name="connect"),
    path("desk/bridges/<slug:code>/", views.detail, name="detail"),
    path("desk/bridges/<slug:code>/change/", views.change, name="change"),
    path("desk/bridges/<slug:code>/rest/", views.rest, name="rest"),
    path("desk/bridges/<slug:code>/copy-out/", views.copy_out, name="copy-out"),
    path("desk/bridges/<slug:code>/deliveries/<uuid:errand>/resend/", views.resend, name="resend"),
]
