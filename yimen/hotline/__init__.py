"""The help line: one number, day and night (HLP-1, HLP-2, HLP-6, HLP-7).

A request for help is a kind of case, not a second engine: the need, chosen from a tree, names the
matter; the matter has the limits; the responsibility matrix names the body. Beside the case stand
the call that brought it, transfers to 110, 119, 120 and 122, and the calls back, in which the
caller alone says whether it is solved.

Legal basis: 国办发〔2020〕53号; 沪府办〔2018〕62号; GB/T 33358-2016.
Verbs: answer, hang_up; take; transfer, learn; reply; call_back; write_note, sign_note.
"""
