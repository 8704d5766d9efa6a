"""places: where things are and who lives under which committee.

The administrative tree (GB/T 2260 and the statistical 12-digit codes), the centres' service
points with their hours, and addresses by their parts (GB/T 23705: road, lane, number, room).
Codes are prefixes of one another: 31, 310101, 310101002, 310101002001; so "over a place" is
everywhere a prefix of a code. Content comes from `data/places` by `loaders`, never by migrations.
"""
