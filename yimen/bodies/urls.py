from __future__ import annotations

from django.urls import path

from yimen.bodies import accounts, views

app_name = "bodies"
urlpatterns = [
    path("desk/bodies/", views.bodies, name="bodies"),
    path("desk/bodies/new/", views.create_body, name="create_body"),
    path("desk/bodies/<uuid:id>/", views.body, name="body"),
    path("desk/bodies/<uuid:id>/seats/new/", views.create_seat, name="create_seat"),
    path("desk/appointments/<uuid:id>/end/", views.end_appointment, name="end_appointment"),
    path("desk/matrix/", views.matrix, name="matrix"),
    path("desk/matrix/new/", views.set_rule, name="set_rule"),
    path("desk/matrix/<uuid:id>/end/", views.end_rule, name="end_rule"),
    path("desk/leave/", views.leave, name="leave"),
    path("desk/leave/<uuid:id>/end/", views.end_cover, name="end_cover"),
    path("desk/accounts/", accounts.accounts, name="accounts"),
    path("desk/accounts/new/", accounts.create_account, name="create_account"),
    path("desk/accounts/<uuid:id>/", accounts.account, name="account"),
    path("desk/accounts/<uuid:id>/appoint/", views.appoint, name="appoint"),
    path("desk/accounts/<uuid:id>/lock/", accounts.lock, name="lock"),
    path("desk/accounts/<uuid:id>/password/", accounts.password, name="password"),
    path("desk/accounts/<uuid:id>/second-factor/", accounts.second_factor, name="second_factor"),
    path("desk/accounts/<uuid:id>/sign-out/", accounts.sign_out, name="sign_out"),
    path("desk/accounts/<uuid:id>/tokens/", accounts.issue_token, name="issue_token"),
    path("desk/tokens/<uuid:id>/revoke/", accounts.revoke_token, name="revoke_token"),
]
