"""The verbs of the case file; each name here is one act, journalled under that name."""

from cases.actions.deadlines import (
    recheck_deadlines,
    recompute_deadlines,
)
from cases.actions.materials import StoredFile, add_material
from cases.actions.register import DuplicateChoice, NewCase, NewRespondent, Person, register_case
from cases.actions.sweep import sweep_deadlines, take_due_steps
from cases.actions.triage import (
    accept_case,
    decline_case,
    decline_closed_case,
    forward_case,
    guide_case,
    receive_case,
    withdraw_case,
)

__all__ = [
    "DuplicateChoice",
    "NewCase",
    "NewRespondent",
    "Person",
    "StoredFile",
    "accept_case",
    "add_material",
    "decline_case",
    "decline_closed_case",
    "forward_case",
    "guide_case",
    "receive_case",
    "recheck_deadlines",
    "recompute_deadlines",
    "register_case",
    "sweep_deadlines",
    "take_due_steps",
    "withdraw_case",
]
