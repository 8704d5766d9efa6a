"""The hall: tickets, the desks they wait for, the windows that call them.

Legal basis: Shanghai's rules on community affairs centres (沪府办发〔2018〕3号; 沪社标联办〔2018〕5号): no
ticket quota, whoever took a ticket in hours is served, overtime counts; Shanghai rules on the rights of
older people art. 46 (priority); Barrier-free Environment Act arts. 39, 40.
Verbs: take, leave, come_back; open, pause, close; call_next, serve, recall, hold, resume, transfer,
no_show, finish. A ticket's place in the queue never moves back because of what others do.
"""
