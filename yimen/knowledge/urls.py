"""Addresses of what is looked up."""

from django.urls import path

from yimen.knowledge import desk, views

app_name = "knowledge"
urlpatterns = [
    path("laws/", views.search, name="search"),
    path("laws/cited/", views.cited, name="cited"),
    path("laws/<uuid:pk>/", views.document, name="document"),
    path("desk/laws/", desk.documents, name="list"),
    path("desk/laws/new/", desk.new, name="new"),
    path("desk/laws/<uuid:pk>/", desk.standing, name="standing"),
]
