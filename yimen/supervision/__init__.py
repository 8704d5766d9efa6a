"""supervision: visits by supervisors of conduct, complaints about staff, and what follows (AFF-15).

Legal basis: GB/T 36112 (on-site management of centres), GB/T 36113 (complaints); Shanghai
regulation on the business environment (2024) arts. 25, 30. Supervisors (行风监督员) sit outside the
centre and for a term, which the database holds in `bodies`. They visit announced and unannounced
(明察暗访); what they saw is nobody's at the centre before the month is over. Then the centre may
object to an item once, and mends what was wrong.

A complaint goes to an office above the centre and is never handled by, shown to or counted for
the person complained of (conflict.py).

Verbs: plan, call_off, save_sheet, finish, object_to, answer, set_measure, report_done, see_done;
complain, name_accused, extend, answer_complaint.
"""
