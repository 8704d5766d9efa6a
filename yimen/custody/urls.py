from __future__ import annotations

from django.urls import path

from yimen.custody import views

app_name = "custody"
urlpatterns = [
    path("desk/custody/", views.scan, name="scan"),
    path("desk/custody/send/", views.send, name="send"),
    path("desk/custody/overdue/", views.overdue, name="overdue"),
    path("desk/custody/case/<str:number>/", views.of_case, name="case"),
    path("desk/custody/case/<str:number>/labels.pdf", views.labels, name="labels"),
    path("desk/custody/paper/<str:code>/", views.paper, name="paper"),
    path("desk/custody/transfer/<str:code>/", views.transfer, name="transfer"),
    path("desk/custody/transfer/<str:code>/slip.pdf", views.slip, name="slip"),
    path("desk/custody/parcels/", views.parcels, name="parcels"),
    path("desk/custody/parcels/<uuid:pk>/", views.parcel, name="parcel"),
]
