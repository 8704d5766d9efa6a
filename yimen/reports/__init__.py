"""Figures: the director's board, daily facts, workload, and what the public may count for itself.

Legal basis: Regulations on Open Government Information art. 20; Administrative Licence Law art. 61
(supervision of handling). Reads everything; writes only its own daily facts, by ticks. Live figures
are grouped over indexed open cases; whatever reaches back in time comes from the facts. Every figure
opens exactly the cases behind it (AFF-13, AFF-14, AFF-15). Verb: count.
"""
