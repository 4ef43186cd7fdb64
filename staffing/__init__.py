"""Who is there: jurisdictions, halls, rooms and windows, departments, people and their postings.

Nouns: Jurisdiction, Hall, OpeningHours, Room, Department, Station, Window, Posting, LeaderReception,
SocialParticipant, ParticipantDuty, Course, Leaflet.
Verbs: sign in, post a person, publish, change and cancel a leader's reception, put participants from
outside on duty, teach, publish leaflets.
Neighbours: stands on `hall`; `cases` and everything above ask it who holds which post on a day.
"""
