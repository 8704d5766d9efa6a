"""Addresses of contacts."""

from django.urls import path

from yimen.contacts import desk, views

app_name = "contacts"
urlpatterns = [
    path("desk/enquiries/", desk.enquiries, name="list"),
    path("desk/enquiries/new/", desk.new, name="new"),
    path("desk/enquiries/<slug:number>/", desk.detail, name="detail"),
    path("desk/enquiries/<slug:number>/<slug:act>/", desk.act, name="act"),
    path("ask/", views.ask, name="ask"),
    path("ask/done/", views.done, name="done"),
    path("ask/answer/", views.answer, name="answer"),
    path("ask/withdraw/", views.withdraw, name="withdraw"),
]
