"""Reads for pages, reports and rules."""

from accountability.queries.behind import Behind, Item, cases_behind
from accountability.queries.indicator_table import INDICATORS, Indicator, Version
from accountability.queries.indicators import Figure, compared, figure, figures, figures_by
from accountability.queries.periods import Period, Scope

__all__ = [
    "INDICATORS",
    "Behind",
    "Figure",
    "Indicator",
    "Item",
    "Period",
    "Scope",
    "Version",
    "cases_behind",
    "compared",
    "figure",
    "figures",
    "figures_by",
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
