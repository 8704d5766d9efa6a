"""Addresses of supervision."""

from __future__ import annotations

from django.urls import path

from yimen.supervision.views import complaints, selections, visits

app_name = "supervision"
urlpatterns = [
    path("conduct/", visits.public, name="public"),
    path("commended/", selections.commended, name="commended"),
    path("commended/<uuid:id>/", selections.posting, name="posting"),
    path("commended/<uuid:id>/figures.csv", selections.figures, name="figures"),
    path("desk/selections/", selections.listed, name="selections"),
    path("desk/selections/begin/", selections.begin, name="begin"),
    path("desk/selections/<uuid:id>/", selections.selection, name="selection"),
    path("desk/selections/<uuid:id>/propose/", selections.propose, name="propose"),
    path("desk/selections/<uuid:id>/post/", selections.post, name="post"),
    path("desk/selections/<uuid:id>/decide/", selections.decide, name="decide"),
    path("desk/selections/objections/<uuid:id>/", selections.answer, name="answer_posting"),
    path("complain/", complaints.complain, name="complain"),
    path("complain/done/", complaints.complained, name="complained"),
    path("complain/answer/", complaints.look_up, name="look_up"),
    path("desk/complaints/", complaints.listed, name="complaints"),
    path("desk/complaints/<uuid:id>/", complaints.complaint, name="complaint"),
    path("desk/complaints/<uuid:id>/answer/", complaints.answer_complaint, name="answer_complaint"),
    path("desk/complaints/<uuid:id>/accused/", complaints.name_accused, name="name_accused"),
    path("desk/complaints/<uuid:id>/extend/", complaints.extend, name="extend"),
    path("desk/visits/", visits.visits, name="visits"),
    path("desk/visits/plan/", visits.plan, name="plan"),
    path("desk/visits/<uuid:id>/", visits.visit, name="visit"),
    path("desk/visits/<uuid:id>/sheet/", visits.sheet, name="sheet"),
    path("desk/visits/<uuid:id>/call-off/", visits.call_off, name="call_off"),
    path("desk/visits/<uuid:id>/photos/<uuid:photo>/", visits.photo, name="photo"),
    path("desk/visits/scores/<uuid:id>/object/", visits.object_to, name="object_to"),
    path("desk/visits/scores/<uuid:id>/measure/", visits.set_measure, name="set_measure"),
    path("desk/visits/objections/<uuid:id>/", visits.answer, name="answer"),
    path("desk/visits/measures/<uuid:id>/", visits.measure, name="measure"),
]
