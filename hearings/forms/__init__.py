"""What people type, handed to one action each."""

from hearings.forms.session import (
    BeginStepForm,
    CloseSessionForm,
    ConcludeHearingForm,
    CorrectPageForm,
    EndStepForm,
    HearingForm,
    RecordFindingForm,
    SignPageForm,
    SkipStepForm,
    StartHearingForm,
    WritePageForm,
)

__all__ = [
    "BeginStepForm",
    "CloseSessionForm",
    "ConcludeHearingForm",
    "CorrectPageForm",
    "EndStepForm",
    "HearingForm",
    "RecordFindingForm",
    "SignPageForm",
    "SkipStepForm",
    "StartHearingForm",
    "WritePageForm",
]
