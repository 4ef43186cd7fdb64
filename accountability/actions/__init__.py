"""The verbs; each name here is one act, journalled under that name."""

from accountability.actions.inspect import (
    cancel_inspection,
    conclude_inspection,
    draw_sample,
    plan_inspection,
    publish_inspection,
    record_check,
    withdraw_inspection,
)
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
    "cancel_inspection",
    "close_supervision",
    "conclude_inspection",
    "confirm_supervision",
    "dismiss_supervision",
    "draw_sample",
    "export_supervisions",
    "open_supervision",
    "plan_inspection",
    "propose_supervisions",
    "publish_inspection",
    "record_check",
    "return_supervision",
    "save_supervision_rules",
    "withdraw_inspection",
]
