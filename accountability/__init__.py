"""Accounting for it: delay, cause, the person at the post, the unit's say, a human decision; figures one can trust.

Nouns: Supervision, Inspection, Finding, CauseLink, CriticismNotice, Advice, Scheme, Assessment, Indicator, MonthReport,
StationingAdvice, JournalDigest.
Verbs: supervise, inspect, find, state, decide, review, criticise, advise, assess, count, recount, verify.
Neighbours: stands above everything and is imported by nothing. The journal is its proof, never the state.
"""
