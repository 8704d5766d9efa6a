from __future__ import annotations

from django.urls import path

from yimen.cases.views import acts, case, listing, mine, prints, public, record, worklist

app_name = "cases"
urlpatterns = [
    path("desk/tasks/", worklist.tasks, name="tasks"),
    path("desk/tasks/sign/", worklist.sign, name="sign"),
    path("desk/cases/", listing.cases, name="cases"),
    path("desk/cases/export.csv", listing.export, name="export"),
    path("desk/cases/<str:number>/", case.detail, name="detail"),
    path("desk/cases/<str:number>/reveal/", case.reveal, name="reveal"),
    path("desk/cases/<str:number>/files/<uuid:file>/", case.file, name="file"),
    path("desk/cases/<str:number>/ledger/", record.ledger, name="ledger"),
    path("desk/cases/<str:number>/ledger.json", record.ledger_json, name="ledger_json"),
    path("desk/cases/<str:number>/print/<slug:name>.pdf", prints.pdf, name="print"),
    path("desk/cases/<str:number>/spot/", acts.spot, name="spot"),
    path("desk/cases/<str:number>/objections/<uuid:objection>/", acts.contact, name="contact"),
    path("desk/cases/<str:number>/<slug:act>/", acts.act, name="act"),
    path("track/", public.tracking, name="track"),
    path("verify/", public.verify, name="verify"),
    path("postings/", public.postings, name="postings"),
    path("postings/<uuid:posting>/", public.posting, name="posting"),
    path("postings/<uuid:posting>/objected/", public.objected, name="objected"),
    path("my/cases/", mine.mine, name="mine"),
    path("my/cases/<str:number>/", mine.case, name="mine_case"),
    path("my/cases/<str:number>/files/<uuid:file>/", mine.file, name="mine_file"),
    path("my/cases/<str:number>/print/<slug:name>.pdf", prints.own_pdf, name="mine_print"),
    path("my/cases/<str:number>/<slug:act>/", mine.act, name="mine_act"),
]
