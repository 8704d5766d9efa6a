"""Home service (政务代理): the centre comes to people who cannot well come to it (AFF-10).

Legal basis: Shanghai's rules on community affairs centres (沪府办发〔2018〕3号); Barrier-free Environment
Act arts. 39, 40; agency under a written mandate: Civil Code arts. 161, 165, 173. Who may have it is
found by the system; difficulty in moving is believed on the person's word.

Verbs: ask, complete, cancel; plan, move, drop, call_off; start and step (arrive, meet, sign, take, give,
finish, miss); reveal, keep_scan, begin_intake, nothing_to_hand_in. Whoever visits sees what the visit
needs, from the day of the route until the stop is done, and nothing afterwards.
"""
