from __future__ import annotations

from django.urls import path

from yimen.people import erasing, own, views

app_name = "people"
urlpatterns = [
    path("desk/people/", views.people, name="people"),
    path("desk/people/new/", views.register, name="register"),
    path("desk/people/merges/<uuid:id>/undo/", views.unmerge, name="unmerge"),
    path("desk/people/mandates/<uuid:id>/end/", views.end_mandate, name="end_mandate"),
    path("desk/people/<uuid:id>/", views.party, name="party"),
    path("desk/people/<uuid:id>/reveal/<slug:field>/", views.reveal, name="reveal"),
    path("desk/people/<uuid:id>/edit/", views.edit, name="edit"),
    path("desk/people/<uuid:id>/correct/", views.correct, name="correct"),
    path("desk/people/<uuid:id>/erase/", erasing.erase, name="erase"),
    path("desk/retention/", erasing.terms, name="retention"),
    path("desk/people/<uuid:id>/merge/", views.choose_twin, name="choose_twin"),
    path("desk/people/<uuid:keep>/merge/<uuid:drop>/", views.merge, name="merge"),
    path("desk/people/<uuid:id>/mandates/new/", views.give_mandate, name="give_mandate"),
    path("desk/people/<uuid:id>/binding/", views.hand_out_binding, name="hand_out_binding"),
    path("people/mandates/<uuid:id>/paper/", views.mandate_paper, name="mandate_paper"),
    path("me/", own.me, name="me"),
    path("me/bind/", own.bind, name="me_bind"),
    path("me/export.json", own.export, name="me_export"),
    path("me/sign-out/", own.sign_out, name="me_sign_out"),
    path("me/edit/", own.edit, name="me_edit"),
    path("me/reveal/<slug:field>/", own.reveal, name="me_reveal"),
    path("me/mandates/new/", own.give_mandate, name="me_give_mandate"),
    path("me/mandates/<uuid:id>/end/", views.end_mandate, name="me_end_mandate"),
]
