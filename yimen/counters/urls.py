from __future__ import annotations

from django.urls import path

from yimen.counters.views import (
    appointments,
    booking,
    desk,
    figures,
    kiosk,
    kiosk_book,
    kiosk_find,
    phone,
    reception,
    staffing,
    tablet,
    wall,
)

app_name = "counters"
urlpatterns = [
    path("desk/hall/", desk.windows, name="windows"),
    path("desk/hall/windows/<str:code>/", desk.window, name="window"),
    path("desk/hall/reception/<str:centre>/", reception.reception, name="reception"),
    path("desk/hall/tickets/<uuid:pk>/", reception.ticket, name="ticket"),
    path("desk/hall/appointments/", appointments.today_, name="appointments_today"),
    path("desk/hall/appointments/<str:centre>/", appointments.day, name="appointments"),
    path("desk/hall/appointments/<str:centre>/new/", appointments.new, name="appointment_new"),
    path(
        "desk/hall/appointments/<str:centre>/print/", appointments.sheet, name="appointments_print"
    ),
    path(
        "desk/hall/appointments/<str:centre>/slips/<uuid:pk>/",
        appointments.slip,
        name="appointment_slip",
    ),
    path("book/", booking.where, name="book"),
    path("book/<str:centre>/", booking.what, name="book_what"),
    path("book/<str:centre>/<slug:desk>/", booking.when, name="book_when"),
    path("desk/hall/tickets/<uuid:pk>/paper.pdf", reception.paper, name="ticket_paper"),
    path("desk/hall/figures/", figures.halls, name="figures_halls"),
    path("desk/hall/figures/<str:centre>/", figures.hall, name="figures"),
    path("desk/hall/figures/<str:centre>/staffing/", staffing.advice, name="staffing"),
    path("desk/hall/figures/<str:centre>/tickets/", figures.tickets, name="figures_tickets"),
    path("desk/hall/figures/<str:centre>/export.csv", figures.export_csv, name="figures_csv"),
    path("desk/hall/figures/<str:centre>/export.xlsx", figures.export_xlsx, name="figures_xlsx"),
    path("q/<str:secret>/", phone.ticket, name="phone"),
    path("q/<str:secret>/rate/", phone.rate, name="phone_rate"),
    path("rate/window/<str:code>/<str:key>/", tablet.tablet, name="tablet"),
    path("join/<str:centre>/", phone.join, name="join"),
    path("kiosk/<str:code>/", kiosk.home, name="kiosk"),
    path("kiosk/<str:code>/ticket/", kiosk.take, name="kiosk_take"),
    path("kiosk/<str:code>/ticket/<str:secret>/", kiosk.ticket, name="kiosk_ticket"),
    path("kiosk/<str:code>/checkin/", kiosk_book.check_in, name="kiosk_check_in"),
    path("kiosk/<str:code>/book/", kiosk_book.book, name="kiosk_book"),
    path("kiosk/<str:code>/find/", kiosk_find.find, name="kiosk_find"),
    path("kiosk/<str:code>/find/<slug:matter>/", kiosk_find.guide, name="kiosk_guide"),
    path("kiosk/<str:code>/law/", kiosk_find.law, name="kiosk_law"),
    path("kiosk/<str:code>/track/", kiosk_find.track, name="kiosk_track"),
    path("kiosk/<str:code>/rate/", kiosk_find.rate, name="kiosk_rate"),
    path("kiosk/<str:code>/plan/", kiosk_find.plan, name="kiosk_plan"),
    path("wall/", wall.halls, name="halls"),
    path("wall/<str:centre>/", wall.wall, name="wall"),
    path("wall/<str:centre>/calls/<str:code>.wav", wall.spoken, name="spoken"),
    path("wall/<str:centre>/now.json", wall.snapshot, name="snapshot"),
]
