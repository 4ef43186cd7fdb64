"""Departments at one table (会商): questions, opinions, dissent, commitments, minutes.

Neighbours: stands on `cases`; a sibling of `intake` and `hearings`. Nothing lives here yet.
"""
