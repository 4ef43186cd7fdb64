"""Reads for pages, reports and rules."""

from accountability.queries.stationing_page import (
    advices_of,
    asked_advices,
    CHART_STEP,
    bars,
    compared,
    day_of,
    stationing_halls,
    units_shown,
    work_out,
)

__all__ = [
    "advices_of",
    "asked_advices",
    "CHART_STEP",
    "bars",
    "compared",
    "day_of",
    "stationing_halls",
    "units_shown",
    "work_out",
]
