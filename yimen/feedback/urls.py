"""Addresses of feedback."""

from django.urls import path

from yimen.feedback import desk, publishing, views

app_name = "feedback"
urlpatterns = [
    path("rate/", views.look_up, name="rate"),
    path("rate/i/<slug:code>/<slug:key>/", views.invited, name="invited"),
    path("rate/give/", views.give, name="give"),
    path("rate/case/<slug:number>/", views.own_case, name="own-case"),
    path("ratings/", views.public, name="public"),
    path("desk/ratings/", desk.ratings, name="list"),
    path("desk/ratings/<uuid:rating>/", desk.detail, name="detail"),
    path("desk/ratings/<uuid:rating>/publish/", publishing.publish, name="publish"),
    path("desk/ratings/<uuid:rating>/<slug:act>/", desk.act, name="act"),
]
