"""What the pages of the case file take in: parsed and checked for form here, decided by the actions."""

from cases.forms.gate import (
    PAPERS,
    LadderRungForm,
    LightThresholdForm,
    OwnLimitForm,
    ProgressForm,
    ReasonForm,
    RevealForm,
    TriageForm,
    WorkListForm,
    fields_of,
    wording,
)

__all__ = [
    "PAPERS",
    "LadderRungForm",
    "LightThresholdForm",
    "OwnLimitForm",
    "ProgressForm",
    "ReasonForm",
    "RevealForm",
    "TriageForm",
    "WorkListForm",
    "fields_of",
    "wording",
]
