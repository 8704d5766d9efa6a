"""Settings of the hall, its rosters and its telephone: a part of `settings`."""

from __future__ import annotations

import os
from typing import Any

from yimen.config import folders
from yimen.config.options import demo, hours, own_word, setting

VAR, DATA = folders.var(), folders.data()
_DEMO = demo()

# --- the hall ----------------------------------------------------------------------------------
# Why somebody is called earlier, and by how much: a centre may name a file of its own.
YIMEN_HALL_PRIORITIES: str = setting("hall_priorities", str(DATA / "hall" / "priorities.json"))

# Displays whose browser has no Mandarin voice get calls as sounds from espeak-ng, where it is.
YIMEN_WALL_VOICE: bool = setting("wall_voice", True)
# Where browsers find the process that keeps connections open (`yimen serve` starts one and says).
YIMEN_LIVE: str = setting(
    "live", f"http://localhost:{int(os.environ.get('PORT', '8000')) + 10_000}"
)
# Tickets taken by telephone from one network address in an hour.
YIMEN_TICKETS_AN_HOUR: int = setting("tickets_an_hour", 20)
# Appointments (AFF-4). Who comes from `early_min` before to `grace_min` after the time has the
# appointment's place in the queue. Who did not come `missed` times within `missed_within_days` books
# at the desk or by telephone only, for `pause_days`. A reminder goes out `remind_hours` before.
YIMEN_BOOKINGS: dict[str, int] = {
    "early_min": 30, "grace_min": 15, "open_per_person": 2, "remind_hours": 24, "missed": 3,
    "missed_within_days": 90, "pause_days": 30, **setting("bookings", {}),
}  # fmt: skip
# How much of what the windows get through may be promised to appointments, in percent.
YIMEN_APPOINTMENT_SHARE: int = setting("appointment_share", 30)

# The tree of needs of the help line (HLP-1): a street may name a file of its own.
YIMEN_NEEDS: str = setting("needs", str(DATA / "hotline" / "needs.json"))
# What every page tells people to ring (HLP-7); the demonstration's number rings nowhere.
YIMEN_HELP_LINE: dict[str, str] = {
    "number": "021-0000-0110" if _DEMO else "", **setting("help_line", {}),
}  # fmt: skip
# Whose text messages come in (HLP-1): the number that they are sent to -> street, "*" for all others.
# A sender whom only one street knows goes there.
YIMEN_SMS_STREETS: dict[str, str] = setting("sms_streets", {})
# The weights of the three rates in their mean (HLP-6); one published weighting is 30, 35, 35.
YIMEN_RATE_WEIGHTS: dict[str, int] = {
    "responded": 30, "solved": 35, "satisfied": 35, **setting("rate_weights", {}),
}  # fmt: skip

# The posts of the roster that keep the help line (HLP-1), by their codes: who sits at the telephone,
# who can be rung at home.
YIMEN_LINE_POSTS: dict[str, str] = {
    "seat": "line", "standby": "line-standby", **setting("line_posts", {}),
}  # fmt: skip
# Until when whoever was sent signs for it (HLP-3), by class of need: [number, unit], the unit being
# `minutes` (at any hour) or `working_hours`. Nobody signed: it comes back to the operator.
YIMEN_SIGN_LIMITS: dict[str, tuple[int, str]] = {
    name: (n, unit)
    for name, (n, unit) in {
        "emergency": (10, "minutes"), "urgent": (15, "minutes"), "help": (4, "working_hours"),
        "consultation": (4, "working_hours"), "complaint": (4, "working_hours"), "petition": (8, "working_hours"),
        **setting("sign_limits", {}),
    }.items()
}  # fmt: skip
# What keeps coming back at a place (HLP-2): so many times in so many days.
YIMEN_RECURRING: dict[str, int] = {"times": 3, "days": 90, **setting("recurring", {})}
# The map of requests: streets out of OpenStreetMap (`yimen import streets FILE.osm` writes them),
# where committees are, how wide a cell is in metres.
YIMEN_STREETS: str = setting("streets", str(DATA / "places" / "streets.json"))
YIMEN_PLACE_POINTS: str = setting("place_points", str(DATA / "places" / "points.json"))
YIMEN_MAP_CELL: int = setting("map_cell", 300)
# How many of a hundred answers are checked with the caller (HLP-6), by class of need; "all" for
# classes not named. Dangers, complaints and second rounds always are.
YIMEN_CALL_BACK_SHARES: dict[str, int] = {"all": 100, **setting("call_back_shares", {})}
# From which hour until which callers are rung up about the result: nobody is woken up for it. Who
# tries a demonstration at night rings nobody up.
YIMEN_CALL_BACK_HOURS: tuple[int, int] = hours("call_back_hours", [0, 24] if _DEMO else [8, 20])
# Working days in which a unit may object to what a call back counts for it.
YIMEN_OBJECTION_DAYS: int = setting("objection_days", 5)

# What others may do with the open data at /open-data/, in words.
YIMEN_OPEN_DATA_LICENCE: str = setting("open_data_licence", "CC BY 4.0")
# May requests be made by Open311 without a key (docs/open311.md)? A few a minute an address.
YIMEN_OPEN311_ANONYMOUS: bool = setting("open311_anonymous", True)

# Neighbours who help (HLP-4): how long a vetting holds; when the words of a job that is over go.
YIMEN_HELPERS: dict[str, int] = {
    "valid_days": 365, "forget_days": 90, **setting("helpers", {}),
}  # fmt: skip

# What an act counts on the sheets of work (AFF-14), by its sort and by its matter's code; 1 where
# nothing is set: {"acts": {"scanned": 0.2}, "matters": {"civil-affairs-001": 2.5}}.
YIMEN_WORK_WEIGHTS: dict[str, dict[str, float]] = {
    "acts": {}, "matters": {}, **setting("work_weights", {}),
}  # fmt: skip

# Home service (AFF-10): from which age; how many go together; how often somebody is looked for in
# vain; how many stops a route has; how long after it happened an act from the way is still taken
# (hours); how long a mandate lasts (days).
YIMEN_HOME_SERVICE: dict[str, int] = {
    "age": 70, "people": 1, "tries": 3, "stops": 8, "late_hours": 12, "mandate_days": 60,
    **setting("home_service", {}),
}  # fmt: skip
# What else the ticket machine offers: dotted names of lists of look.navigation.Entry whose addresses
# take the centre's code; and the frame in which such pages are drawn.
YIMEN_KIOSK: list[str] = ["yimen.homeservice.navigation.KIOSK", "yimen.hotline.navigation.KIOSK"]
YIMEN_KIOSK_FRAME: str = "counters/kiosk/base.html"

# The ticket machines of the halls, as networks: they are not slowed, and cards are taken from them.
# Only a demonstration takes this computer for one.
YIMEN_KIOSKS: list[str] = setting("kiosks", ["127.0.0.0/8", "::1"] if _DEMO else [])
# Where the card reader beside a machine answers: {"10.0.7.21": "http://10.0.7.21:9020/card"}.
YIMEN_CARD_READERS: dict[str, str] = setting("card_readers", {})
# The strip printer of a machine: {"10.0.7.21": "10.0.7.31:9100"}.
YIMEN_TICKET_PRINTERS: dict[str, str] = setting("ticket_printers", {})

# Who else may refuse an appointment: dotted names of (seat, account, day) -> a sentence, or "".
YIMEN_FIT_FOR_SEAT: list[str] = ["yimen.workforce.fitness.lacks_training"]

# --- questions ---------------------------------------------------------------------------------
# Working days to answer, by the step of the ladder that holds the question (AFF-3, AFF-11).
YIMEN_ANSWER_DAYS: dict[str, int] = {
    "desk": int(setting("answer_days_desk", 1)),
    "window": int(setting("answer_days_window", 1)),
    "officer": int(setting("answer_days_officer", 1)),
}

# --- supervision -------------------------------------------------------------------------------
# Working days in which a centre may object to a sheet once it is shown, and in which the supervisors
# answer (AFF-15).
YIMEN_VISITS: dict[str, int] = {"object_days": 5, "answer_days": 10, **setting("visits", {})}
# Working days in which a complaint about staff is answered, and a complex one once the head of the
# office that handles it has extended it (as 大宁路街道 did in 2019; GB/T 36113 leaves it to the centre).
YIMEN_COMPLAINTS: dict[str, int] = {
    "answer_days": 5, "extended_days": 15, **setting("complaints", {}),
}  # fmt: skip
# Commending windows and staff: what each indicator weighs (supervision/ranking.py says which are
# better high and which low), working days of posting, how many are commended.
YIMEN_SELECTION: dict[str, Any] = {
    "weights": {
        "served": 20, "wait_min": 15, "good_percent": 25, "no_show_percent": 5,
        "visit_percent": 15, "training_hours": 10, "complaints": 10,
    },
    "post_days": 5, "most": 3, **setting("selection", {}),
}  # fmt: skip

# --- rosters -----------------------------------------------------------------------------------
# Rest between two duties of different days (hours), days of work in a row (Labour Law 38: one off
# in seven), hours a week (Labour Law 36). What would break them cannot be put on the roster.
YIMEN_REST: dict[str, int] = {
    "between_hours": int(setting("rest_between_hours", 11)),
    "days_in_row": int(setting("rest_days_in_row", 6)),
    "week_hours": int(setting("rest_week_hours", 44)),
}

# --- the enquiry line --------------------------------------------------------------------------
# What is told to whom: (line, number, code) -> phone.rules.Told; Unseen and TooMany as on the web.
YIMEN_LINE_ENQUIRY: str = "yimen.cases.by_phone.enquire"
# Who owns a call back: (centre, asker, about, wish, at) -> the question, with `number` and `due_at`.
YIMEN_LINE_CALL_BACK: str = "yimen.contacts.by_phone.call_back"
# Which called number belongs to which centre, {"64370000": "31019900101"}; "*" for all others.
YIMEN_PHONE_LINES: dict[str, str] = setting("phone_lines", {})
# Whom the exchange dials for the service desk, such as PJSIP/desk; "" always takes a call back.
YIMEN_PHONE_DESK: str = setting("phone_desk", "")
# Calls at once; the next one hears that all lines are busy.
YIMEN_PHONE_CALLS: int = setting("phone_calls", 60)
# Recordings that take the place of the synthetic voice, and the voice (a name of espeak-ng).
YIMEN_PHONE_RECORDINGS: str = setting("phone_recordings", str(VAR / "phone" / "recordings"))
YIMEN_PHONE_VOICE: str = setting("phone_voice", "cmn")
# Where sounds are kept for the exchange to play: a folder that it can read.
YIMEN_PHONE_SOUNDS: str = setting("phone_sounds", str(VAR / "phone" / "sounds"))
# The folder of sounds as the exchange sees it, where that is another machine or container.
YIMEN_PHONE_SOUNDS_SEEN: str = setting("phone_sounds_seen", "")

# --- the help line's telephone -----------------------------------------------------------------
# Which called number is a help line, and of which street and old line:
# {"962200": {"street": "310199001", "line": "one"}}; "*" for all numbers not named in phone_lines.
YIMEN_HELP_LINES: dict[str, dict[str, str]] = setting(
    "help_lines", {"962200": {"street": "310199001", "line": "one"}} if _DEMO else {}
)
# What is done about a call to it: dotted name of a phone.helpline.Operators.
YIMEN_LINE_OPERATORS: str = "yimen.hotline.exchange.OPERATORS"
# The telephones of the operators as the exchange dials them: {"clerk": "PJSIP/8001"}.
YIMEN_LINE_PHONES: dict[str, str] = setting("line_phones", {})
# Whom the exchange rings while this site is down, such as a group of telephones.
YIMEN_HELP_FALLBACK: str = setting("help_fallback", "")
# Recording: does the exchange record; in which folder its recordings can be read here ("" for not
# at all); after how many days link and file go.
YIMEN_HELP_RECORDED: bool = setting("help_recorded", False)
YIMEN_HELP_RECORDINGS: str = setting("help_recordings", "")
YIMEN_HELP_RECORDING_DAYS: int = setting("help_recording_days", 180)
# Calls that go out: yimen.phone.originate.CallFiles (Asterisk's outgoing folder, and the context in
# which it dials), yimen.phone.originate.Played (the test telephone), "" where a person dials.
YIMEN_PHONE_ORIGINATE: str = setting("phone_originate", "")
YIMEN_PHONE_OUTGOING: str = setting("phone_outgoing", "")
YIMEN_PHONE_CONTEXT: str = setting("phone_context", "from-internal")
# The word with which another exchange signs its events at /line/events/ (HMAC-SHA256);
# "" closes that door.
YIMEN_LINE_EVENT_SECRET: str = setting("line_event_secret", own_word("line"))
# The two measures of the line (GB/T 33358): answered within so many seconds, the share that must
# be; after-call work in seconds and talk where nothing is known yet.
YIMEN_LINE_MEASURES: dict[str, float] = {
    "within_s": 15, "share": 0.95, "talk_s": 150, "after_s": 60, **setting("line_measures", {}),
}  # fmt: skip

# The name over every door and print until a street sets its own at /desk/line/gateway/.
YIMEN_GATEWAY: dict[str, Any] = setting(
    "gateway",
    {
        "name": {
            "zh": "梧桐里街道社区事务受理服务中心",
            "en": "Wutongli Community Affairs Service Centre",
        },
        "phone": "",
    },
)
# What a street says instead, kept in the database (HLP-9): dotted name of (street, *, ask) -> the
# same; without `ask` the database is left alone.
YIMEN_GATEWAY_OF: str = "yimen.bodies.gateway.in_force"
# The numbers and clocks that other systems have for our cases: dotted name of an object with
# seconds(actor, cases) -> {case: list of cases.second.Second} and behind(number) -> query of cases.
YIMEN_SECOND_NUMBERS: str = "yimen.bridges.orders.second.ORDERS"
