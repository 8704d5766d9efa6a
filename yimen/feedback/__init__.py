"""Ratings of every contact (好差评, AFF-15), and what follows a bad one.

Legal basis: General Office of the State Council 2019 No. 51; Shanghai regulation on the business
environment (2024) art. 30; GB/T 39734: once per service contact on site (一次一评), once per
matter online (一事一评), the rater protected, nobody forced. Verbs: rate, rate again, call back,
reply, fix, appeal, decide an appeal. Finished, outcome and "my problem is solved" are three
different things: only the applicant says the third. No rating is never a good rating.
"""
