"""What people type here, checked and put in order; what is written for them in files."""

from accountability.forms.stationing import (
    MODES,
    StationingForm,
    assumptions,
    lacking,
    mode_name,
    own_windows,
    reason,
    stationing_file,
)

__all__ = [
    "MODES",
    "StationingForm",
    "assumptions",
    "lacking",
    "mode_name",
    "own_windows",
    "reason",
    "stationing_file",
]
