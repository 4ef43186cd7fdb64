"""The verbs of the case file; each name here is one act, journalled under that name."""

from cases.actions.deadlines import (
    recheck_deadlines,
    recompute_deadlines,
)
from cases.actions.export_work_list import export_work_list
from cases.actions.load_categories import CategoryRow, load_categories
from cases.actions.load_routes import RouteRow, RoutesLoaded, load_routes
from cases.actions.materials import StoredFile, add_material
from cases.actions.query_progress import forget_attempts, query_progress
from cases.actions.register import (
    DuplicateChoice,
    Entered,
    NewCase,
    NewRespondent,
    Person,
    enter_case,
    register_case,
)
from cases.actions.reveal import reveal_person
from cases.actions.settings import remove_setting, save_setting
from cases.actions.sweep import lapse_windows, sweep_deadlines, take_due_steps
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
    "CategoryRow",
    "DuplicateChoice",
    "Entered",
    "NewCase",
    "NewRespondent",
    "Person",
    "RouteRow",
    "RoutesLoaded",
    "StoredFile",
    "accept_case",
    "add_material",
    "decline_case",
    "decline_closed_case",
    "enter_case",
    "export_work_list",
    "forget_attempts",
    "forward_case",
    "guide_case",
    "lapse_windows",
    "load_categories",
    "load_routes",
    "query_progress",
    "receive_case",
    "recheck_deadlines",
    "recompute_deadlines",
    "register_case",
    "remove_setting",
    "reveal_person",
    "save_setting",
    "sweep_deadlines",
    "take_due_steps",
    "withdraw_case",
]
