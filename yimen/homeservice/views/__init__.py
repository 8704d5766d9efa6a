"""Pages of home service."""
