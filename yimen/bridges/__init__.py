"""Departments' own systems: what happens here is told to them, what they do comes back as acts.

Legal basis: State Council rules on online government services arts. 7-12 (data are shared, not asked
for again). Two sorts: an *open* system gets signed webhooks (CloudEvents 1.0) and acts through the
API with its own account; a *closed* one is mirrored by hand: a copy-out sheet, their number on our
case, and a list of what has no answer yet (AFF-16). Platforms such as 12345 send orders: one case,
two numbers, two clocks, answered until it is acknowledged (HLP-2). Verbs: connect, change, rest,
emit, deliver; take, join, sort, return, judge and answer an order.
"""
