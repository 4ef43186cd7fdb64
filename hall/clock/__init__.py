"""Statutory time: when a period ends, and why on that day. Pure: no Django, no clock on the wall, no database.

The petition regulations count in days without saying how, so the Civil Code is applied by analogy (its Art. 204:
other law prevails). Art. 201: the day of the event is not counted, day 1 is the day after. Art. 203: a last day
that is no working day moves to the next working day; rest days in between count; the last day ends at 24:00, or at
close of business where there are hours. A period in working days counts those alone; a make-up workday (调休) is one.

Everything here is a value computed from facts: the same facts, in whatever order they came to be known, give the
same date, and `Due.steps` explains that date from the same facts.
"""

