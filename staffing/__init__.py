"""Who is there: jurisdictions, halls, rooms and windows, departments, people and their postings.

Nouns: Jurisdiction, Hall, OpeningHours, Room, Department, Station, Window, Posting, PostingEnd, HandoverNote,
PersonnelFile, Badge, DutyStatement, Commitment, PeopleImport, LeaderReception.
Verbs: sign in, post a person, agree on an early end, hand over, promise in public, import a list, publish,
change and cancel a leader's reception.
Nouns: Jurisdiction, Hall, OpeningHours, Room, Department, Station, Window, Posting, LeaderReception,
SocialParticipant, ParticipantDuty, Course, Leaflet.
Verbs: sign in, post a person, publish, change and cancel a leader's reception, put participants from
outside on duty, teach, publish leaflets.
Neighbours: stands on `hall`; `cases` and everything above ask it who holds which post on a day.
"""
