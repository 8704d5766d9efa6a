"""The engine: one life, one clock, one ledger for everything somebody asks the community to settle.

Legal basis: Administrative Licence Law arts. 26, 32-50 (acceptance, decision, terms, delivery);
Shanghai rules on one-counter centres (one intake, joint work behind it, terms promised).
Verbs: receive, accept, not_accept, supplement, supplied, hold, resume, extend, offer, sign, return,
finish, decide, deliver, confirm, reopen, withdraw, lapse, warn, recompute, go_along,
go_alone, answer_along. A *kind* (kind.py) may
add fields, checks and what happens when granted; it may not add states or touch the clock.
"""
