"""The verbs of accountability, the only writers."""

from accountability.actions.findings import (
    change_finding,
    confirm_finding,
    dismiss_finding,
    export_findings,
    reduce_finding,
    reopen_finding,
    request_finding_review,
    state_case,
    uphold_finding,
)
from accountability.actions.open_findings import lapse_statements, open_findings
from accountability.actions.traces import trace_repeat, trace_repeats

__all__ = [
    "change_finding",
    "confirm_finding",
    "dismiss_finding",
    "export_findings",
    "lapse_statements",
    "open_findings",
    "reduce_finding",
    "reopen_finding",
    "request_finding_review",
    "state_case",
    "trace_repeat",
    "trace_repeats",
    "uphold_finding",
]
