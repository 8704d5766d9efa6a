"""Residents' activity groups (群众团队): their record filing in two tiers, renewed every year.

Legal basis: the street's own rules on record filing (ASC-4); no statute. A kind of case and its
data files (data/matters/groups-*.json); filing opens venues, training and grants, refusal closes
only these. The roster is minimal and is deleted when the filing lapses.
"""
