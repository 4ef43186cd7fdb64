"""The verbs of the case file; each name here is one act, journalled under that name."""

from cases.actions.claims import divert_case, link_cases, merge_case, split_case, transfer_claims
from cases.actions.deadlines import (
    recheck_deadlines,
    recompute_deadlines,
)
from cases.actions.ends import (
    answer_suggestion,
    close_case,
    hand_over_accusation,
    recuse_from_case,
    settle_case,
)
from cases.actions.export_work_list import export_work_list
from cases.actions.extensions import approve_extension, refuse_extension, request_extension
from cases.actions.holds import lift_hold, place_hold
from cases.actions.load_categories import CategoryRow, load_categories
from cases.actions.load_routes import RouteRow, RoutesLoaded, load_routes
from cases.actions.materials import StoredFile, add_material
from cases.actions.opinions import (
    Answer,
    countersign_opinion,
    draft_opinion,
    issue_opinion,
    return_opinion,
    submit_opinion,
)
from cases.actions.query_progress import forget_attempts, query_progress
from cases.actions.ratings import close_follow_up, open_ratings
from cases.actions.referrals import (
    dispute_case,
    involve_unit,
    object_to_referral,
    report_back,
    reroute_case,
    uphold_referral,
)
from cases.actions.register import DuplicateChoice, NewCase, NewRespondent, Person, register_case
from cases.actions.reveal import reveal_person
from cases.actions.reviews import (
    issue_reexamination,
    issue_review,
    order_redo,
    request_reexamination,
    request_review,
)
from cases.actions.serve import Service, serve_document, serve_opinion
from cases.actions.settings import remove_setting, save_setting
from cases.actions.simple import end_simple_procedure, simplify_case
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
from cases.actions.work import (
    raise_urgent,
    receive_supplement,
    record_work,
    report_urgent,
    request_supplement,
)

__all__ = [
    "Answer",
    "CategoryRow",
    "DuplicateChoice",
    "NewCase",
    "NewRespondent",
    "Person",
    "RouteRow",
    "RoutesLoaded",
    "Service",
    "StoredFile",
    "accept_case",
    "add_material",
    "answer_suggestion",
    "approve_extension",
    "close_case",
    "close_follow_up",
    "countersign_opinion",
    "decline_case",
    "decline_closed_case",
    "dispute_case",
    "divert_case",
    "draft_opinion",
    "end_simple_procedure",
    "export_work_list",
    "forget_attempts",
    "forward_case",
    "guide_case",
    "hand_over_accusation",
    "involve_unit",
    "issue_opinion",
    "issue_reexamination",
    "issue_review",
    "lapse_windows",
    "lift_hold",
    "link_cases",
    "load_categories",
    "load_routes",
    "merge_case",
    "object_to_referral",
    "open_ratings",
    "order_redo",
    "place_hold",
    "query_progress",
    "raise_urgent",
    "receive_case",
    "receive_supplement",
    "recheck_deadlines",
    "recompute_deadlines",
    "record_work",
    "recuse_from_case",
    "refuse_extension",
    "register_case",
    "remove_setting",
    "report_back",
    "report_urgent",
    "request_extension",
    "request_reexamination",
    "request_review",
    "request_supplement",
    "reroute_case",
    "return_opinion",
    "reveal_person",
    "save_setting",
    "serve_document",
    "serve_opinion",
    "settle_case",
    "simplify_case",
    "split_case",
    "submit_opinion",
    "sweep_deadlines",
    "take_due_steps",
    "transfer_claims",
    "uphold_referral",
    "withdraw_case",
]
