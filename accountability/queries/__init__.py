"""Reads for pages, reports and rules."""

from accountability.queries.behind import Behind, Item, cases_behind
from accountability.queries.indicator_table import INDICATORS, Indicator, Version
from accountability.queries.indicators import Figure, compared, figure, figures, figures_by
from accountability.queries.periods import Period, Scope
from accountability.queries.stationing_page import (
    CHART_STEP,
    advices_of,
    asked_advices,
    bars,
    compared_hours,
    day_of,
    stationing_halls,
    units_shown,
    work_out,
)

__all__ = [
    "CHART_STEP",
    "INDICATORS",
    "Behind",
    "Figure",
    "Indicator",
    "Item",
    "Period",
    "Scope",
    "Version",
    "advices_of",
    "asked_advices",
    "bars",
    "cases_behind",
    "compared",
    "compared_hours",
    "day_of",
    "figure",
    "figures",
    "figures_by",
    "stationing_halls",
    "units_shown",
    "work_out",
]
