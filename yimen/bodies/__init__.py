"""bodies: organs, seats, appointments, the responsibility matrix: the source of every power.

A power belongs to a seat of a body and reaches over a place; a person holds it from the first
to the last day of an appointment, a deputy during a cover (AFF-17, AFF-18, GOV-1). Matters
find their bodies through the matrix with its four roles (GOV-3), which says why.

Verbs: create_body, create_seat, appoint, end_appointment, cover, end_cover, set_rule, end_rule,
employ, name_gateway (the name over every door, HLP-9), end_contract: no power outlives the contract of who holds it.
"""
