"""Departments at one table (会商): questions, written opinions, sittings, minutes countersigned in order, commitments.

Nouns: Consultation, Question, ConsultedUnit, UnitOpinion, Sitting, MinutesVersion, Countersignature, Commitment,
JointConference.
Verbs: call, give an opinion, record silence, sit, draft, circulate, countersign, issue, commit, refer onward.
Neighbours: stands on `cases`, into whose file it writes a `Proceeding`; a sibling of `intake` and `hearings`.
"""
