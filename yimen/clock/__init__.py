"""Clock: working days, terms, running and stopped time.

Calendars are versioned data, announced year by year and changed for one place where a place may.
Terms come from dated rule profiles (`data/profiles`). Everything that is computed is a pure
function of values (`rules.py`); what the database keeps is which calendar was in force when.

Law: Civil Code 200-204; Administrative Licence Law 32, 42-45, 82.
Verbs: `publish` a calendar. Questions: `calendar_for(place)`, `latest_version()`, `profile(on)`.
Without a database: `shipped.shipped_calendar()`, and `yimen due`.
"""
