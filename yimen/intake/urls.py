from __future__ import annotations

from django.urls import path

from yimen.intake.views import apply, counter, result

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
    path("apply/event/<slug:key>/", apply.event, name="life_event"),
    path("apply/<slug:code>/", apply.start, name="apply"),
    path("my/drafts/", apply.drafts, name="drafts"),
    path("my/drafts/<uuid:pk>/answers/", apply.answers, name="answers"),
    path("my/drafts/<uuid:pk>/materials/", apply.materials, name="materials"),
    path("my/drafts/<uuid:pk>/review/", apply.review, name="review"),
    path("my/drafts/<uuid:pk>/sent/", apply.sent, name="sent"),
    path("my/drafts/<uuid:pk>/receipt.pdf", apply.receipt, name="own_receipt"),
    path("my/drafts/<uuid:pk>/discard/", apply.discard, name="discard"),
    path("my/drafts/<uuid:pk>/files/<slug:code>/", apply.file, name="draft_file"),
]
