"""people: the sole home of names, document numbers and telephone numbers.

Parties (persons and organisations), mandates between them, accounts and tokens. Numbers are
sealed (AES-GCM) and found again only through a keyed blind index; screens show masks, and each
unmasking is a row in `Disclosure` with its reason (Personal Information Protection Law 28-31,
51, 54). No opinion, belief, party membership or watch-list about anybody is stored here.

Verbs: find_or_register, update_details, correct_name, merge, unmerge, disclose, create_mandate,
revoke_mandate, hand_out_binding, bind, create_account, signed_up, set_password, lock, unlock,
issue_token, revoke_token.
"""
