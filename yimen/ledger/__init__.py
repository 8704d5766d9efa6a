"""The append-only record of who did what by which power, and the queue of errands.

Legal basis: Administrative Licence Law art. 32 (dated slips), 61 (files kept of supervision);
State Council rules on online government services art. 12 (electronic files archived).
Verbs: record, append, fold heads into roots, verify, queue errands. Entries are never changed;
the database refuses it. They hold identifiers, codes, dates and digests, never names or text.
"""
