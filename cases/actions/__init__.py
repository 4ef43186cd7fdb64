"""The verbs of the case file; each name here is one act, journalled under that name."""

from cases.actions.claims import divert_case, split_case, transfer_claims
from cases.actions.deadlines import (
    recheck_deadlines,
    recompute_deadlines,
)
from cases.actions.ends import (
    answer_suggestion,
    close_case,
    close_lapsed_cases,
    hand_over_accusation,
    recuse_from_case,
    settle_case,
)
from cases.actions.export_work_list import export_work_list
from cases.actions.extensions import approve_extension, refuse_extension, request_extension
from cases.actions.figures import compute_figures, publish_figures
from cases.actions.holds import lift_hold, place_hold
from cases.actions.joins import link_cases, merge_case
from cases.actions.load_categories import CategoryRow, load_categories
from cases.actions.load_routes import RouteRow, RoutesLoaded, load_routes
from cases.actions.materials import StoredFile, add_material
from cases.actions.objections import dispute_case, object_to_referral, reroute_case, uphold_referral
from cases.actions.opinions import (
    Answer,
    countersign_opinion,
    draft_opinion,
    issue_opinion,
    return_opinion,
    submit_opinion,
)
from cases.actions.query_progress import forget_attempts, query_progress
from cases.actions.rating_periods import expire_ratings, remind_ratings
from cases.actions.ratings import (
    FROM_LETTER,
    ON_PAGE,
    Said,
    close_follow_up,
    open_ratings,
    pass_for,
    pass_from,
    query_rating,
    rate_service,
)
from cases.actions.referrals import involve_unit, report_back
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
    "FROM_LETTER",
    "ON_PAGE",
    "Answer",
    "CategoryRow",
    "DuplicateChoice",
    "Entered",
    "NewCase",
    "NewRespondent",
    "Person",
    "RouteRow",
    "RoutesLoaded",
    "Said",
    "Service",
    "StoredFile",
    "accept_case",
    "add_material",
    "answer_suggestion",
    "approve_extension",
    "close_case",
    "close_follow_up",
    "close_lapsed_cases",
    "compute_figures",
    "countersign_opinion",
    "decline_case",
    "decline_closed_case",
    "dispute_case",
    "divert_case",
    "draft_opinion",
    "end_simple_procedure",
    "enter_case",
    "expire_ratings",
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
    "pass_for",
    "pass_from",
    "place_hold",
    "publish_figures",
    "query_progress",
    "query_rating",
    "raise_urgent",
    "rate_service",
    "receive_case",
    "receive_supplement",
    "recheck_deadlines",
    "recompute_deadlines",
    "record_work",
    "recuse_from_case",
    "refuse_extension",
    "register_case",
    "remind_ratings",
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
