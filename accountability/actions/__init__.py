"""The verbs; each name here is one act, journalled under that name."""

from accountability.actions.supervise import (
    answer_supervision,
    close_supervision,
    confirm_supervision,
    dismiss_supervision,
    export_supervisions,
    open_supervision,
    propose_supervisions,
    return_supervision,
    save_supervision_rules,
)

__all__ = [
    "answer_supervision",
    "close_supervision",
    "confirm_supervision",
    "dismiss_supervision",
    "export_supervisions",
    "open_supervision",
    "propose_supervisions",
    "return_supervision",
    "save_supervision_rules",
]
