"""What people are told, and whether it arrived.

Legal basis: Administrative Licence Law art. 32 (notices in time), 44 (service of decisions);
Regulation on the optimisation of the business environment art. 36 (telling people once and
completely). Verbs: tell, send, deliver, fail, resend, cancel, read, post (a letter).
A message keeps its template, version and facts, so that its words can be shown again years
later; facts are numbers, codes and dates, and a name of the public catalogue, nothing personal.
Outgoing channels are adapters named in settings (`YIMEN_CHANNELS`); the demonstration writes
to pages instead of sending.
"""
