"""Pages: the doors themselves.

The residents' front page, the desk's landing page, the search over everything, what a public
site owes its readers (about, accessibility, privacy), errors, and whether the house is well.

Verbs: arrive, search.
"""
