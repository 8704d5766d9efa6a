"""`make bench`: what one machine carries, and how far that is from the bare SQL.

Not part of the product. A throw-away database beside the demonstration community is filled by a
bulk loader with cases that the product itself has lived (`mould`, `loader`); clients in processes
of their own send requests over HTTP (`client`); the same rows are written and read by plain SQL
and by a Django view that does nothing else (`floor`, `bare`), in slices that alternate.
"""
