"""The enquiry line: a telephone that answers by itself at any hour (AFF-8, HLP-8).

Basis: 沪府办发〔2018〕3号 asks for progress "by web, telephone and machine"; the first-asked rule
(SH 25) makes a call nobody could take a question of the service desk. Verbs: answer a call, ask for
a call back, call back, undo. This house knows calls, keys and sounds; what is enquired about and who
owns a call back are given by higher houses (settings.YIMEN_LINE_ENQUIRY, YIMEN_LINE_CALL_BACK).
A call's rules are one pure machine (`rules`); exchanges are adapters behind one interface (`line`).
"""
