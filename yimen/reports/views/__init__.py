"""Pages of reports: the board, what lies behind its figures, the past, and what everybody sees."""
