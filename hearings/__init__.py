"""The hearing (听证): request, panel, notices, transcript, conclusion, effect on the clock.

Neighbours: stands on `cases`; a sibling of `intake` and `consultations`. Nothing lives here yet.
"""
