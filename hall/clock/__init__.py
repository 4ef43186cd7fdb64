"""Statutory time: when a period ends, and why on that day. Pure: no Django, no database, never "now".

The petition regulations count in days without saying how, so the Civil Code is applied by analogy (its Art.
204: other law prevails). Art. 201: the day of the event is not counted; day 1 is the day after. Art. 203: a
last day that is no working day moves to the next working day; rest days in between count; the last day ends
at 24:00, or at close of business where there are hours. A period in working days counts those alone, and a
make-up workday (调休) is one.

Everything here is a value computed from facts. The same facts, in whatever order they came to be known, give
the same date, and `Due.steps` explains that date from the same facts.

- `days`: which days are worked: `Calendar`, official for published years, assumed for the others
- `arrangements`: what is published, from a package or a CSV file, and `arranged(calendar, news)`
- `periods`: `due(start, term, calendar=…, extension=…, holds=…) -> Due`
- `hours`: working hours, and when a rung of the reminder ladder is reached
- `words`: `say(step, language)`, the explanation and the refusals in Chinese and English
"""

from hall.clock.arrangements import PACKAGE, Arrangement, BadArrangement, arranged, from_csv, packaged
from hall.clock.days import ONE_DAY, Calendar, Day, reaches_back
from hall.clock.hours import HOSTS_DIFFER, Hours, ends_at, in_hours, into_hours, moment
from hall.clock.periods import Due, Hold, Term, Unit, days_left, due, merged
from hall.clock.words import ClockError, Step, say, say_date

__all__ = [
    "HOSTS_DIFFER", "ONE_DAY", "PACKAGE", "Arrangement", "BadArrangement", "Calendar", "ClockError", "Day",
    "Due", "Hold", "Hours", "Step", "Term", "Unit", "arranged", "days_left", "due", "ends_at", "from_csv",
    "in_hours", "into_hours", "merged", "moment", "packaged", "reaches_back", "say", "say_date",
]  # fmt: skip
