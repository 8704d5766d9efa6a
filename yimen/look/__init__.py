"""Look: how every page appears and answers.

Base pages for residents and staff, the components of the design system (`{% load look %}`,
described in docs/look.md), keyset paging, refusals as a page or as problem+json, the base
form, language and appearance by cookie, security headers. It knows no domain.

Verbs: show, page, refuse.
"""
