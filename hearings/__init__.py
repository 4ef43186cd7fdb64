"""The hearing (听证): request, decision, panel, notices, the public, transcript, deliberation, conclusion, the clock.

Nouns: HearingRules, Hearing, PoolMember, PanelSeat, Notice, PublicSeat, Step, TranscriptPage, Conclusion.
Verbs: request, grant, refuse, open, draw, recuse, schedule, notify, announce, start, suspend, postpone, conclude, end.
Neighbours: stands on `cases`, into whose file it writes a `Proceeding` and its pauses; a sibling of `intake` and
`consultations`.
"""
