"""Open311 GeoReport v2: what the line takes and what became of it, for clients made for other
cities (HLP-2). The published specification is the measure, its errors included."""
