"""How many servers keep a wait short: Erlang's second formula (Erlang C).

Customers come at random (Poisson) and are served by `servers` equal servers in the order in which
they came; times of service are exponential; nobody leaves. A. K. Erlang, "Solution of some
Problems in the Theory of Probabilities of Significance in Automatic Telephone Exchanges" (1917).
Rates are per second, times in seconds. Windows and telephone seats ask the same functions.
"""

from __future__ import annotations

from math import exp, inf

MOST = 1000  # servers; a hall or a switchboard has fewer


def must_wait(servers: int, load: float) -> float:
    """The share of customers who must wait. `load` is the traffic in Erlangs: rate times mean
    service. 1.0 where the load is more than the servers can do.

    Computed by the recursion of Erlang's first formula, which neither overflows nor needs
    factorials.
    """
    if load <= 0:
        return 0.0
    if servers <= load:
        return 1.0
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def within(servers: int, rate: float, service_s: float, wait_s: float) -> float:
    """The share of customers who wait no longer than `wait_s`."""
    load = rate * service_s
    if load <= 0:
        return 1.0
    if servers <= load:
        return 0.0
    return 1 - must_wait(servers, load) * exp(-(servers - load) * wait_s / service_s)


def mean_wait(servers: int, rate: float, service_s: float) -> float:
    """The mean wait of all customers in seconds; infinite where the queue only grows."""
    load = rate * service_s
    if load <= 0:
        return 0.0
    return must_wait(servers, load) * service_s / (servers - load) if servers > load else inf


def needed(rate: float, service_s: float, wait_s: float, share: float) -> int:
    """The fewest servers with which `share` of the customers wait no longer than `wait_s`. None
    are needed where nobody comes."""
    if rate * service_s <= 0:
        return 0
    servers = int(rate * service_s) + 1
    while servers < MOST and within(servers, rate, service_s, wait_s) < share:
        servers += 1
    return servers
