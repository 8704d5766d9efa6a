"""`yimen simulate`: the site lived through its real doors.

`day` is a hall: `plan` says who comes when and what becomes of them (pure, by a seed); `doors` speaks
HTTP; `day` lets machines and windows live it and reconciles. `night` and `line` are the help line:
`calls` is the plan (pure), `exchange` rings by the signed door, `operator` works with a `browser`,
`writers` send forms and text messages, `night` puts them together. Only `staging` touches the
database of the site: it makes sign-ins, and afterwards reads what is on record.
"""
