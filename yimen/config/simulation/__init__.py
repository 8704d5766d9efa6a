"""`yimen simulate day`: a whole day in a hall through the site's real doors.

`plan` says who comes when and what becomes of them (pure, by a seed); `doors` speaks HTTP; `day` lets
machines and windows live it and reconciles. Nothing here touches the database of the site.
"""
