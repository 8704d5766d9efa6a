"""workforce: posts, rosters, training: who works where and when, and is fit for it.

Legal basis: Shanghai rules for centres (沪社标联办〔2018〕5号: weekdays 8:30-16:30 without a lunch
break, weekends and holidays 8:30-11:30, overtime recorded); Labour Law 36 and 38 (hours, a day
off in seven). A post says who leads, who guides and who pays (AFF-17) and which training it asks
for; powers come from seats and end with the contract (`bodies`, AFF-18). Rosters know nothing of
halls: a place, a post, a shift by local time, also over midnight, 365 days a year (AFF-14).

Verbs: set_post, set_shift, set_need, assign, draft, drop, ask_swap, answer_swap, decide_swap,
ask_leave, decide_leave, remind.
"""
