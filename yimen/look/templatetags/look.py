"""`{% load look %}`: every component of the design system. Described in docs/look.md."""

from __future__ import annotations

from django import template

from yimen.look.tags import blocks, display, fields, marks, words

register = template.Library()
for module in (blocks, display, fields, marks, words):
    register.tags.update(module.register.tags)
    register.filters.update(module.register.filters)
