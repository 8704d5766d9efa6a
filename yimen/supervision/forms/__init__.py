"""What a browser may send, one file a topic."""
