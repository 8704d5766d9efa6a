"""Pages of supervision, one file a topic."""
