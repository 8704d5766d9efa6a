"""Pages of the hall: windows and reception at the desk, the phone that waits, the wall."""
