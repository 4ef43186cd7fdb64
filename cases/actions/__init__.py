"""The verbs of the case file; each name here is one act, journalled under that name."""

from cases.actions.announce import announce_events
from cases.actions.claims import divert_case, split_case, transfer_claims
from cases.actions.deadlines import (
    recheck_deadlines,
    recompute_deadlines,
)
from cases.actions.docket import (
    Heard,
    export_ledger,
    link_docket_case,
    place_on_docket,
    record_reception,
    remove_from_docket,
)
from cases.actions.ends import (
    answer_suggestion,
    close_case,
    close_lapsed_cases,
    hand_over_accusation,
    recuse_from_case,
    settle_case,
)
from cases.actions.exchange_export import ask_national_export, forget_exports, make_national_exports
from cases.actions.exchange_file import (
    FileRow,
    forget_exchange,
    import_national_file,
    import_national_rows,
    map_national_file,
    new_case,
    read_national_file,
)
from cases.actions.export_work_list import export_work_list
from cases.actions.extensions import approve_extension, refuse_extension, request_extension
from cases.actions.field_visits import (
    cancel_field_visit,
    change_field_visit,
    conclude_field_visit,
    export_field_visits,
    finish_visit_task,
    plan_field_visit,
    record_field_visit,
)
from cases.actions.figures import compute_figures, publish_figures
from cases.actions.holds import lift_hold, place_hold
from cases.actions.instructions import (
    close_instruction,
    give_instruction,
    report_instruction,
    return_instruction,
    withdraw_instruction,
)
from cases.actions.joins import link_cases, merge_case
from cases.actions.load_categories import CategoryRow, load_categories
from cases.actions.load_routes import RouteRow, RoutesLoaded, load_routes
from cases.actions.materials import StoredFile, add_material
from cases.actions.national_number import note_national_number
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
from cases.actions.results import (
    approve_result,
    draft_result,
    drop_result,
    edit_result,
    record_consent,
    return_result,
    withdraw_result,
)
from cases.actions.reveal import reveal_person
from cases.actions.reviews import (
    issue_reexamination,
    issue_review,
    order_redo,
    request_reexamination,
    request_review,
)
from cases.actions.scans import scan_files
from cases.actions.serve import Service, serve_document, serve_opinion
from cases.actions.settings import remove_setting, save_setting
from cases.actions.simple import end_simple_procedure, simplify_case
from cases.actions.sponsorships import (
    Charge,
    end_sponsorship,
    export_sponsorships,
    extend_sponsorship,
    record_progress,
    take_charge,
)
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
    note_service,
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
    "Charge",
    "DuplicateChoice",
    "Entered",
    "FileRow",
    "Heard",
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
    "announce_events",
    "answer_suggestion",
    "approve_extension",
    "approve_result",
    "ask_national_export",
    "cancel_field_visit",
    "change_field_visit",
    "close_case",
    "close_follow_up",
    "close_instruction",
    "close_lapsed_cases",
    "compute_figures",
    "conclude_field_visit",
    "countersign_opinion",
    "decline_case",
    "decline_closed_case",
    "dispute_case",
    "divert_case",
    "draft_opinion",
    "draft_result",
    "drop_result",
    "edit_result",
    "end_simple_procedure",
    "end_sponsorship",
    "enter_case",
    "expire_ratings",
    "export_field_visits",
    "export_ledger",
    "export_sponsorships",
    "export_work_list",
    "extend_sponsorship",
    "finish_visit_task",
    "forget_attempts",
    "forget_exchange",
    "forget_exports",
    "forward_case",
    "give_instruction",
    "guide_case",
    "hand_over_accusation",
    "import_national_file",
    "import_national_rows",
    "involve_unit",
    "issue_opinion",
    "issue_reexamination",
    "issue_review",
    "lapse_windows",
    "lift_hold",
    "link_cases",
    "link_docket_case",
    "load_categories",
    "load_routes",
    "make_national_exports",
    "map_national_file",
    "merge_case",
    "new_case",
    "note_national_number",
    "note_service",
    "object_to_referral",
    "open_ratings",
    "order_redo",
    "pass_for",
    "pass_from",
    "place_hold",
    "place_on_docket",
    "plan_field_visit",
    "publish_figures",
    "query_progress",
    "query_rating",
    "raise_urgent",
    "rate_service",
    "read_national_file",
    "receive_case",
    "receive_supplement",
    "recheck_deadlines",
    "recompute_deadlines",
    "record_consent",
    "record_field_visit",
    "record_progress",
    "record_reception",
    "record_work",
    "recuse_from_case",
    "refuse_extension",
    "register_case",
    "remind_ratings",
    "remove_from_docket",
    "remove_setting",
    "report_back",
    "report_instruction",
    "report_urgent",
    "request_extension",
    "request_reexamination",
    "request_review",
    "request_supplement",
    "reroute_case",
    "return_instruction",
    "return_opinion",
    "return_result",
    "reveal_person",
    "save_setting",
    "scan_files",
    "serve_document",
    "serve_opinion",
    "settle_case",
    "simplify_case",
    "split_case",
    "submit_opinion",
    "sweep_deadlines",
    "take_charge",
    "take_due_steps",
    "transfer_claims",
    "uphold_referral",
    "withdraw_case",
    "withdraw_instruction",
    "withdraw_result",
]
