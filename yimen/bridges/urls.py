"""Addresses of bridges."""

from __future__ import annotations

from django.urls import path

from yimen.bridges import views
from yimen.bridges.orders import views as orders

app_name = "bridges"
urlpatterns = [
    path("desk/orders/", orders.orders, name="orders"),
    path("desk/orders/new/", orders.by_hand, name="order_by_hand"),
    path("desk/orders/<uuid:pk>/", orders.order, name="order"),
    path("desk/orders/<uuid:pk>/return/", orders.give_back, name="order_return"),
    path("desk/orders/<uuid:pk>/sort/", orders.sort, name="order_sort"),
    path("desk/orders/<uuid:pk>/act/", orders.act, name="order_act"),
    path("desk/bridges/", views.systems, name="systems"),
    path("desk/bridges/connect/", views.connect, name="connect"),
    path("desk/bridges/<slug:code>/", views.detail, name="detail"),
    path("desk/bridges/<slug:code>/change/", views.change, name="change"),
    path("desk/bridges/<slug:code>/platform/", views.platform, name="platform"),
    path("desk/bridges/<slug:code>/rest/", views.rest, name="rest"),
    path("desk/bridges/<slug:code>/copy-out/", views.copy_out, name="copy-out"),
    path("desk/bridges/<slug:code>/deliveries/<uuid:errand>/resend/", views.resend, name="resend"),
]
