"""Pages of intake: the counter, what comes of a visit, bundles, and applying from home."""
