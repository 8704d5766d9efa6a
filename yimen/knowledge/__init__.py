"""What one can look up: laws, regulations and gazettes, passage by passage, with their validity.

Legal basis: texts of law and of the authorities are not under copyright (Copyright Law, art. 5);
政府信息公开条例 asks that they be published and findable. A document is taken in once by an editor or
an operator, cut into passages, and never rewritten: a newer text is another document.

An answer that many may need becomes an article: written by one, made public by another, versioned.

Verbs: take_in, set_standing; write, rewrite, publish, send_back, withdraw, remind.
"""
