"""Addresses of workforce."""

from __future__ import annotations

from django.urls import path

from yimen.workforce.views import facilities, mine, posts, roster, training

app_name = "workforce"
urlpatterns = [
    path("desk/staff/", posts.posts, name="posts"),
    path("desk/staff/contracts/new/", posts.employ, name="employ"),
    path("desk/staff/contracts/<uuid:id>/end/", posts.end_contract, name="end_contract"),
    path("desk/roster/", roster.roster, name="roster"),
    path("desk/roster/<slug:place>/assign/", roster.assign, name="assign"),
    path("desk/roster/<slug:place>/draft/", roster.draft, name="draft"),
    path("desk/roster/<slug:place>/need/", roster.need, name="need"),
    path("desk/roster/<slug:place>/<slug:month>/", roster.sheet, name="sheet"),
    path("desk/roster/<slug:place>/<slug:month>.xlsx", roster.export, name="export"),
    path("desk/training/", training.training, name="training"),
    path("desk/training/courses/new/", training.course, name="course"),
    path("desk/training/sessions/new/", training.hold_session, name="hold_session"),
    path("desk/training/certificates/new/", training.certify, name="certify"),
    path("desk/training/sessions/<uuid:id>/", training.session, name="session"),
    path("desk/training/sessions/<uuid:id>/enrol/", training.enrol, name="enrol"),
    path("desk/training/sessions/<uuid:id>/results/", training.results, name="results"),
    path("desk/facilities/", facilities.facilities, name="facilities"),
    path("desk/facilities/<slug:place>/", facilities.check, name="check"),
    path("desk/duties/<uuid:id>/drop/", roster.drop, name="drop"),
    path("desk/duties/<uuid:id>/swap/", mine.ask_swap, name="ask_swap"),
    path("desk/my-roster/", mine.mine, name="mine"),
    path("desk/my-roster/roster.ics", mine.ics, name="ics"),
    path("desk/my-roster/leave/", mine.ask_leave, name="ask_leave"),
    path("desk/leaves/<uuid:id>/decide/", mine.decide_leave, name="decide_leave"),
    path("desk/leaves/<uuid:id>/cancel/", mine.cancel_leave, name="cancel_leave"),
    path("desk/swaps/<uuid:id>/answer/", mine.answer_swap, name="answer_swap"),
    path("desk/swaps/<uuid:id>/decide/", mine.decide_swap, name="decide_swap"),
    path("desk/swaps/<uuid:id>/cancel/", mine.cancel_swap, name="cancel_swap"),
]
