"""Who gets in where: every address by everybody of the cast, judged against a written table."""
