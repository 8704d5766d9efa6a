"""Who asked whom what, and who owns the question: first-asked responsibility (首问责任制, AFF-3).

Legal basis: Shanghai regulation on the business environment (2024) art. 25: whoever is asked
first answers, leads on, or hands over with a record. Verbs: ask, answer, offer, sign, decline,
withdraw an offer, bounce, urge, become a case, close, withdraw. Owner and first asked are columns
of one row, so there is exactly one of each at any moment; a hand-over changes the owner only by
being signed for. The ladder of consultation (AFF-11) goes desk, window, officer.
"""
