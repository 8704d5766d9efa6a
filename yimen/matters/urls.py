from __future__ import annotations

from django.urls import path

from yimen.matters import desk, views

app_name = "matters"
urlpatterns = [
    path("matters/", views.search, name="search"),
    path("matters/forms/<slug:key>.pdf", views.blank_form, name="blank_form"),
    path("matters/forms/<slug:key>/sample.pdf", views.sample_form, name="sample_form"),
    path("matters/<slug:code>/", views.guide, name="guide"),
    path("matters/<slug:code>/print", views.guide_print, name="guide_print"),
    path("life-events/", views.life_events, name="life_events"),
    path("life-events/<slug:key>/", views.life_event, name="life_event"),
    path("desk/catalogue/", desk.catalogue, name="catalogue"),
    path("desk/catalogue/new/", desk.new, name="new"),
    path("desk/catalogue/synonyms/", desk.synonyms, name="synonyms"),
    path("desk/catalogue/synonyms/<uuid:pk>/drop/", desk.synonym_drop, name="synonym_drop"),
    path("desk/catalogue/unanswered/", desk.unanswered, name="unanswered"),
    path("desk/catalogue/unanswered/<uuid:pk>/settle/", desk.settle, name="settle"),
    path("desk/catalogue/<slug:code>/", desk.matter, name="matter"),
    path("desk/catalogue/<slug:code>/edit/", desk.edit, name="edit"),
    path("desk/catalogue/<slug:code>/diff/", desk.diff, name="diff"),
    path("desk/catalogue/<slug:code>/publish/", desk.publish, name="publish"),
    path("desk/catalogue/<slug:code>/retire/", desk.retire, name="retire"),
    path("desk/catalogue/<slug:code>/discard/", desk.discard, name="discard"),
]
