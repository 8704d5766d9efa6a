"""Does it hold? `make chaos` starts a site of its own, lets many clients hand in and act on cases
while its parts are killed with -9 in turn, and afterwards compares what the clients were told with
what the record says. `ha.py` does the same to a cluster whose leader is killed.

Nothing here is imported by the product.
"""
