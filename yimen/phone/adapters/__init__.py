"""Ways to a telephone: a real exchange by FastAGI, and a test telephone by SIP."""
