"""Addresses of notices."""

from django.urls import path

from yimen.notices import announcements, views

app_name = "notices"
urlpatterns = [
    path("desk/inbox/", views.inbox, name="inbox"),
    path("desk/inbox/read/", views.read, name="read"),
    path("desk/outbox/", views.outbox, name="outbox"),
    path("desk/outbox/<uuid:message>/letter/", views.letter, name="letter"),
    path("desk/outbox/<uuid:message>/<slug:act>/", views.manage, name="manage"),
    path("desk/errands/", views.errands, name="errands"),
    path("desk/errands/<uuid:errand>/resend/", views.resend_errand, name="resend-errand"),
    path("desk/announcements/", announcements.announcements, name="announcements"),
    path("desk/announcements/<uuid:announcement>/correct/", announcements.correct, name="correct"),
    path("desk/announcements/<uuid:announcement>/end/", announcements.end, name="end"),
    path("me/messages/", views.mine, name="mine"),
    path("gateway/sms/receipts/", views.gateway_receipt, name="gateway-receipt"),
]
