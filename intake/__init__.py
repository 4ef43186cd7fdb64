"""The hall's front: a person comes in, takes a number, is called, and is registered.

Nouns: Queue, Visit, Ticket, Segment, Draft; ServiceNote with its sealed ServiceContent; GuidanceTalk, ServiceReferral;
Incident, which nothing else may read.
Verbs: take a number, call, recall, miss, reinstate, park, transfer, finish; register a visit; import matters; record,
correct and take over a service of somebody from outside; record a talk, refer to a service; record, read, hand over and
erase an incident.
Neighbours: stands on `cases` and `staffing`; a sibling of `consultations` and `hearings`.
"""
