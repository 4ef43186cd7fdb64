"""Two months of a hall, played through the real actions with a moving `now`: `manage.py simulate`.

`timetable` is the clock of the play, `front` what happens at the door, `lives` what becomes of each matter,
`checks` what must be true whatever happened. The same seed plays the same days.
"""
