"""Addresses of notices."""

from django.urls import path

from yimen.notices import announcements, public, views

app_name = "notices"
urlpatterns = [
    path("desk/inbox/", views.inbox, name="inbox"),
    path("desk/inbox/read/", views.read, name="read"),
    path("desk/outbox/", views.outbox, name="outbox"),
    path("desk/outbox/<uuid:message>/letter/", views.letter, name="letter"),
    path("desk/outbox/<uuid:message>/<slug:act>/", views.manage, name="manage"),
    path("desk/errands/", views.errands, name="errands"),
    path("desk/errands/<uuid:errand>/resend/", views.resend_errand, name="resend-errand"),
    path("announcements/", public.announcements, name="public"),
    path("announcements/texts/", public.texts, name="texts"),
    path("announcements/<uuid:announcement>/", public.announcement, name="public_one"),
    path("desk/people/<uuid:party>/texts/", public.texts_for, name="texts_for"),
    path("desk/announcements/", announcements.announcements, name="announcements"),
    path("desk/announcements/new/", announcements.write, name="write"),
    path("desk/announcements/<uuid:announcement>/", announcements.one, name="announcement"),
    path("desk/announcements/<uuid:announcement>/edit/", announcements.rewrite, name="rewrite"),
    path("desk/announcements/<uuid:announcement>/release/", announcements.release, name="release"),
    path("desk/announcements/<uuid:announcement>/drop/", announcements.drop, name="drop"),
    path("desk/announcements/<uuid:announcement>/correct/", announcements.correct, name="correct"),
    path("desk/announcements/<uuid:announcement>/end/", announcements.end, name="end"),
    path("desk/announcements/<uuid:announcement>/column.pdf", announcements.column, name="column"),
    path("desk/announcements/<uuid:announcement>/script/", announcements.script, name="script"),
    path("me/messages/", views.mine, name="mine"),
    path("gateway/sms/receipts/", views.gateway_receipt, name="gateway-receipt"),
]
