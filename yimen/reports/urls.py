"""Addresses of reports."""

from __future__ import annotations

from django.urls import path

from yimen.reports.views import board, lists, open_data, past, public, work

app_name = "reports"
urlpatterns = [
    path("desk/board/", board.board, name="board"),
    path("desk/board/export.csv", board.export, name="export"),
    path("desk/board/cases/", lists.behind, name="behind"),
    path("desk/board/enquiries/", lists.enquiries, name="enquiries"),
    path("desk/board/urge/", board.urge, name="urge"),
    path("desk/board/overdue/", past.overdue, name="overdue"),
    path("desk/board/overdue.csv", past.overdue_csv, name="overdue_csv"),
    path("desk/board/overdue/cases/", past.charged, name="charged"),
    path("desk/board/workload/", work.workload, name="workload"),
    path("desk/board/workload.csv", work.workload_csv, name="workload_csv"),
    path("desk/board/workload.xlsx", work.workload_xlsx, name="workload_xlsx"),
    path("desk/board/workload/acts/", work.acts, name="acts"),
    path("desk/my-work/", work.mine, name="my_work"),
    path("desk/my-work/acts/", work.my_acts, name="my_acts"),
    path("desk/undelivered/", lists.undelivered, name="undelivered"),
    path("figures/", public.figures, name="figures"),
    path("roots/", public.roots, name="roots"),
    path("open-data/", open_data.page, name="open_data"),
    path("open-data/requests.csv", open_data.requests_csv, name="open_data_rows"),
    path("open-data/requests.json", open_data.requests_json, name="open_data_json"),
]
