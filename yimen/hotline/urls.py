from __future__ import annotations

from django.urls import path, register_converter

from yimen.hotline import (
    adding,
    addresses,
    asking,
    calls_desk,
    dispatching,
    door,
    drawing,
    events,
    gateway,
    inbound,
    months,
    objections,
    on_the_spot,
    recurring,
    reporting,
    results,
    roster,
    service,
    units,
    views,
)
from yimen.hotline.open311 import views as open311


class Form:
    """The format that ends an address of GeoReport."""

    regex = "json|xml"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Form, "georeport")

app_name = "hotline"
urlpatterns = [
    path("help/", asking.start, name="help"),
    path("help/ask/", asking.ask, name="ask"),
    path("help/asked/", asking.asked, name="asked"),
    path("help/addresses/", addresses.public, name="find"),
    path("kiosk/<str:code>/help/", asking.kiosk, name="kiosk"),
    path("gateway/sms/messages/", inbound.door, name="inbound"),
    path("desk/help/", reporting.reports, name="reports"),
    path("desk/help/new/", reporting.report, name="report"),
    path("desk/line/messages/<uuid:pk>/", inbound.message, name="message"),
    path("desk/line/requests/<str:number>/", reporting.origin, name="origin"),
    path("desk/line/photos/<uuid:pk>/", reporting.photo, name="sent_photo"),
    path("desk/line/", views.line, name="line"),
    path("desk/line/addresses/", addresses.desk, name="addresses"),
    path("desk/line/answer/", views.answer, name="answer"),
    path("desk/line/take/", views.take, name="take"),
    path("desk/line/draft/", views.draft, name="draft"),
    path("desk/line/answers/", on_the_spot.look_up, name="look_up"),
    path("desk/line/told/", on_the_spot.tell, name="tell"),
    path("desk/line/hang-up/", views.hang_up, name="hang_up"),
    path("desk/line/alarm/", views.alarm, name="alarm"),
    path("desk/line/transfers/<uuid:pk>/", views.learn, name="learn"),
    path("desk/line/notes/", views.note, name="note"),
    path("desk/line/notes/<uuid:pk>/", views.sign, name="sign"),
    path("desk/line/events/<uuid:pk>/", events.event, name="event"),
    path("desk/line/events/<uuid:pk>/join/", events.join, name="event_join"),
    path("desk/line/events/<uuid:pk>/leave/", events.leave, name="event_leave"),
    path("desk/line/events/<uuid:pk>/tell/", events.tell, name="event_tell"),
    path("desk/line/recurring/", recurring.recurring, name="recurring"),
    path("desk/line/recurring.csv", recurring.as_table, name="recurring_csv"),
    path("desk/line/recurring/requests/", recurring.behind, name="recurring_one"),
    path("desk/line/recurring/looked/", recurring.look, name="recurring_look"),
    path("desk/line/map/", drawing.desk, name="map"),
    path("help/map/", drawing.public, name="public_map"),
    path("desk/line/back/<uuid:pk>/", results.back, name="back"),
    path("desk/line/requests/<str:number>/words/", adding.words, name="words"),
    path("desk/line/requests/<str:number>/reply/", results.reply, name="reply"),
    path("desk/line/requests/<str:number>/dispatch/", dispatching.dispatch, name="dispatch"),
    path("desk/line/requests/<str:number>/neighbours/", dispatching.neighbours, name="neighbours"),
    path("desk/line/gateway/", gateway.gateway, name="gateway"),
    path("desk/line/gateway/<slug:way>/", gateway.channel, name="channel"),
    path("desk/line/rates/", results.rates, name="rates"),
    path("desk/line/rates/requests/", results.behind, name="behind"),
    path("open311/v2/discovery.<georeport:form>", open311.discovery, name="open311_discovery"),
    path("open311/v2/services.<georeport:form>", open311.services, name="open311_services"),
    path(
        "open311/v2/services/<str:code>.<georeport:form>",
        open311.definition,
        name="open311_definition",
    ),
    path("open311/v2/requests.<georeport:form>", open311.requests, name="open311_requests"),
    path("open311/v2/requests/<str:number>.<georeport:form>", open311.one, name="open311_request"),
    path("open311/v2/tokens/<str:token>.<georeport:form>", open311.token, name="open311_token"),
    path("open311/v2/<path:rest>", open311.nothing, name="open311_nothing"),
    path("desk/line/requests/<str:number>/photos/<uuid:file>/", results.photo, name="photo"),
    path("unit/", units.jobs, name="jobs"),
    path("unit/jobs/<str:number>/", units.job, name="job"),
    path("unit/jobs/<str:number>/phone/", units.phone, name="job_phone"),
    path("desk/line/duty/", roster.duty_page, name="duty"),
    path("desk/line/duty/<uuid:pk>/", roster.ring_up, name="ring_up"),
    path("desk/line/ringing/", calls_desk.ringing_now, name="ringing"),
    path("desk/line/ringing/<uuid:pk>/", calls_desk.pick_up, name="pick_up"),
    path("desk/line/missed/<uuid:pk>/", calls_desk.call_missed, name="call_missed"),
    path("desk/line/back/<uuid:pk>/dial/", calls_desk.dial, name="dial"),
    path("desk/line/transfers/<uuid:pk>/three-way/", calls_desk.join, name="join"),
    path("desk/line/recordings/<uuid:pk>/", calls_desk.recording, name="recording"),
    path("desk/line/service/", service.service, name="service"),
    path("desk/line/service/calls/", service.calls, name="calls"),
    path("line/events/", door.event, name="exchange_event"),
    path("desk/line/rates/month/", months.month, name="month"),
    path("desk/line/rates/facts.csv", months.facts, name="facts_csv"),
    path("desk/line/objections/", objections.objections, name="objections"),
    path("desk/line/objections/<uuid:pk>/", objections.judge, name="judge"),
    path("desk/line/back/<uuid:pk>/object/", objections.object_to, name="object"),
]
