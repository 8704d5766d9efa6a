from __future__ import annotations

from django.urls import path

from yimen.hotline import results, views

app_name = "hotline"
urlpatterns = [
    path("desk/line/", views.line, name="line"),
    path("desk/line/answer/", views.answer, name="answer"),
    path("desk/line/take/", views.take, name="take"),
    path("desk/line/draft/", views.draft, name="draft"),
    path("desk/line/hang-up/", views.hang_up, name="hang_up"),
    path("desk/line/alarm/", views.alarm, name="alarm"),
    path("desk/line/transfers/<uuid:pk>/", views.learn, name="learn"),
    path("desk/line/notes/", views.note, name="note"),
    path("desk/line/notes/<uuid:pk>/", views.sign, name="sign"),
    path("desk/line/back/<uuid:pk>/", results.back, name="back"),
    path("desk/line/requests/<str:number>/reply/", results.reply, name="reply"),
    path("desk/line/rates/", results.rates, name="rates"),
    path("desk/line/rates/requests/", results.behind, name="behind"),
]
