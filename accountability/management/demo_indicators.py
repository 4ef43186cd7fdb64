"""The demo's boards: every month of the demo's halls is counted, so that they open with figures and their age."""

from __future__ import annotations

import datetime as dt

from accountability.actions import count_months

ALL = 1_000
"""More months than any demo has."""


def show_indicators(*, now: dt.datetime) -> int:
    """Call it last, when the demo's matters have been lived. How many months were counted."""
    return count_months(now=now, behind=ALL)
