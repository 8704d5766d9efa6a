"""Pages of cases: worklist and list, the case page, its acts, prints, the record, and what
residents and the public see. Each fetches by a query, calls at most one action, and renders.
"""
