from __future__ import annotations

from django.urls import path

from yimen.intake.views import counter, result

app_name = "intake"
urlpatterns = [
    path("desk/intake/", counter.counter, name="counter"),
    path("desk/intake/suggest/", counter.suggest, name="suggest"),
    path("desk/intake/<uuid:pk>/", counter.counter, name="sitting"),
    path("desk/intake/<uuid:pk>/done/", result.done, name="done"),
    path("desk/intake/<uuid:pk>/receipt.pdf", result.receipt, name="receipt"),
    path("desk/intake/<uuid:pk>/finish/", result.finish, name="finish"),
    path("desk/intake/<uuid:pk>/pass-on/", result.pass_on, name="pass_on"),
    path("desk/bundles/<uuid:pk>/", result.bundle, name="bundle"),
    path("desk/bundles/<uuid:pk>/hand-over/", result.hand_over, name="hand_over"),
    path("bundles/<uuid:pk>/receipt.pdf", result.bundle_receipt, name="bundle_receipt"),
    path("my/bundles/<uuid:pk>/", result.own_bundle, name="own_bundle"),
]
