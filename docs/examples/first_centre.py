"""A real centre's beginning: its counter, its bodies, and the first administrator.

Change the words below, then, once:  yimen shell < first_centre.py
Everything else (back offices, seats, people, the matrix) is arranged at the desk by that
administrator, and is on record from the first day.
"""

from yimen.bodies import actions as bodies
from yimen.lib.actor import system
from yimen.lib.time import now, today
from yimen.people import actions as people
from yimen.places import actions as places
from yimen.places.models import ServicePoint

STREET = "310101002"  # nine digits, as in the register (data/places)
CENTRE = {
    "code": STREET + "01",
    "name": "我们的社区事务受理服务中心",
    "name_en": "Our Community Affairs Service Centre",
    "address": "某路 1 号",
    "phone": "",
    "hours": {"weekday": [["08:30", "16:30"]], "weekend": [["08:30", "11:30"]]},
    "serves": [STREET],  # or the twelve-digit codes of its neighbourhoods
}
USERNAME, PASSWORD = "admin", "change-me-at-once"

by, at = system(), now()
day = {"active_from": today(), "by": by, "at": at}
places.put_service_points([CENTRE], by=by, at=at)
point = ServicePoint.objects.get(code=CENTRE["code"])
office = bodies.create_body(
    STREET, "street-office", name="街道办事处", name_en="Sub-district Office", sort="street_office",
    division=STREET, **day,
)  # fmt: skip
bodies.create_body(
    STREET, f"centre-{point.code}", name=CENTRE["name"], name_en=CENTRE["name_en"], sort="centre",
    led_by=office, parent=office, division=STREET, service_point=point, **day,
)  # fmt: skip
seat = bodies.create_seat(
    office, "admin", title="系统管理员", title_en="System Administrator",
    powers=["admin", "calendar", "catalogue"], by=by, at=at,
)  # fmt: skip
account = people.create_account(
    USERNAME, kind="staff", street=STREET, password=PASSWORD, by=by, at=at
)
bodies.appoint(seat, account, valid_from=today(), basis="安装", by=by, at=at)
print(f"{point.name}: sign in as {USERNAME} and change the password.")
