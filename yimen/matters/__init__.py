"""Matters: the catalogue of everything that can be asked for at a counter.

Legal basis: State Council regulation on online government services (items, guides, materials);
Administrative Licensing Law art. 30 (what must be posted), 32, 42, 44 (terms).
Verbs: draft, publish, retire, import (`actions`); search, guide, browse (`queries`).
A published version never changes: a change makes a new version, running cases stay pinned.
"""
