"""Files: what people upload and what the product makes, kept whole and kept secret (AFF-8).

A `File` is a row; its content lies in a store outside the database, named by the digest of the
content, encrypted, written completely or not at all. The house looks at what a file *is*, not at
what it calls itself, and knows no case: whoever owns a file asks its own permission first and then
calls `queries.open_file` or `views.download`.

Verbs: store, erase, rescan. Ticks: sweep what no row points to, scan what was not scanned.
"""
