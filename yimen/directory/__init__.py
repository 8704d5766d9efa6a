"""The directory: services, the units that give them, and neighbours who offer help (HLP-3 to 5).

A service is one line of the list that residents read: what, for whom, when, and whether it is
free, low-priced or paid. A unit offers services in an area, at its hours, up to its capacity.
Neighbours offer what they can do; they are vetted, visit in twos or meet in a public place, and
no money changes hands.

Legal basis: 志愿服务条例 (2017) arts. 14, 15, 20, 21; the street's own agreements with its units.
Verbs: set_service, set_unit; offer_help, vet, pause, resume, end; ask, answer, withdraw, finish,
thank; raise_concern, settle. Ticks: lapse, forget.
"""
