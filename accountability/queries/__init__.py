"""Reads for pages, reports and rules."""

from accountability.queries.stationing_page import (
    CHART_STEP,
    advices_of,
    asked_advices,
    bars,
    compared,
    day_of,
    stationing_halls,
    units_shown,
    work_out,
)

__all__ = [
    "CHART_STEP",
    "advices_of",
    "asked_advices",
    "bars",
    "compared",
    "day_of",
    "stationing_halls",
    "units_shown",
    "work_out",
]
