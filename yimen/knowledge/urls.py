"""Addresses of what is looked up."""

from django.urls import path

from yimen.knowledge import article_pages, desk, views

app_name = "knowledge"
urlpatterns = [
    path("laws/", views.search, name="search"),
    path("laws/cited/", views.cited, name="cited"),
    path("laws/<uuid:pk>/", views.document, name="document"),
    path("answers/<uuid:series>/", article_pages.article, name="article"),
    path("desk/answers/", article_pages.listed, name="articles"),
    path("desk/answers/new/", article_pages.write, name="article_new"),
    path("desk/answers/<uuid:pk>/", article_pages.detail, name="article_desk"),
    path("desk/answers/<uuid:pk>/edit/", article_pages.rewrite, name="article_rewrite"),
    path("desk/answers/<uuid:pk>/<slug:act>/", article_pages.act, name="article_act"),
    path("desk/laws/", desk.documents, name="list"),
    path("desk/laws/new/", desk.new, name="new"),
    path("desk/laws/<uuid:pk>/", desk.standing, name="standing"),
]
