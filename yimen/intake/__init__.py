"""How submissions begin: a visit with a basket of matters, a life event, an online draft.

Legal basis: Shanghai rules of business environment art. 25, 30 (one intake, a receipt, filings are
never turned away); Administrative Licence Law art. 26, 29. Verbs: submit, save a draft, send it in.
"""
