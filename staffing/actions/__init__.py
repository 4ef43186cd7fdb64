"""The verbs of people and places: accounts, posts, reference data, leaders' receptions, rota and attendance."""

from staffing.actions.accounts import (
    change_password,
    disable_user,
    enable_user,
    register_user,
    reset_password,
    set_language,
    sign_in,
    sign_in_failed,
    sign_out,
)
from staffing.actions.approvals import approve_month, approve_reception
from staffing.actions.attendance import check_in, check_out, leave_post, return_to_post
from staffing.actions.leaves import agree_leave, approve_leave, refuse_leave, request_leave, withdraw_leave
from staffing.actions.on_call import answer_call_in, call_in
from staffing.actions.courses import enrol_in_course, record_course, save_course
from staffing.actions.leaflets import load_leaflets, publish_leaflet, save_leaflet, withdraw_leaflet
from staffing.actions.participants import (
    cancel_participant_duty,
    change_participant_duty,
    plan_participant_duty,
    save_participant,
from staffing.actions.complaints import (
    answer_complaint,
    code_of,
    file_complaint,
    find_complaint,
    forget_tries,
    forward_complaint,
    seal,
    unseal,
)
from staffing.actions.places import remove_place, save_place
from staffing.actions.planning import (
    Adoption,
    adopt_proposal,
    answer_proposal,
    fail_proposal,
    propose_month,
    rank_leader,
    report_absence,
    save_rhythm_rule,
    withdraw_absence,
from staffing.actions.commitments import publish_commitment, save_commitment, withdraw_commitment
from staffing.actions.people_list import ListedPerson, import_people, read_people_list
from staffing.actions.personnel import (
    Photo,
    accept_handover,
    issue_badge,
    keep_personnel_file,
    write_duty,
    write_handover,
)
from staffing.actions.places import remove_place, save_place
from staffing.actions.posting_ends import (
    agree_posting_end,
    ask_posting_end,
    refuse_posting_end,
    withdraw_posting_end,
)
from staffing.actions.posts import end_posting, post_person
from staffing.actions.receptions import (
    cancel_reception,
    change_reception,
    hold_reception,
    plan_reception,
    postpone_reception,
    publish_month,
    publish_reception,
    substitute_leader,
)
from staffing.actions.rota import (
    Filled,
    Skipped,
    fill_week,
    keep_pattern,
    remove_duty,
    save_duty,
    stand_in,
)
from staffing.actions.swaps import agree_swap, approve_swap, refuse_swap, request_swap, withdraw_swap
from staffing.actions.warn_gaps import warn_gaps, warn_not_come

__all__ = [
    "Adoption", "adopt_proposal", "answer_proposal", "approve_month", "approve_reception",
    "cancel_reception", "change_password", "change_reception", "disable_user", "enable_user", "end_posting",
    "fail_proposal", "hold_reception", "plan_reception", "post_person", "postpone_reception",
    "propose_month", "publish_month", "publish_reception", "rank_leader", "register_user", "remove_place",
    "report_absence", "reset_password", "save_place", "save_rhythm_rule", "set_language", "sign_in",
    "sign_in_failed", "sign_out", "substitute_leader", "withdraw_absence",
    "ListedPerson", "Photo", "accept_handover", "agree_posting_end", "ask_posting_end", "cancel_reception",
    "change_password", "change_reception", "disable_user", "enable_user", "end_posting", "hold_reception",
    "import_people", "issue_badge", "keep_personnel_file", "plan_reception", "post_person",
    "publish_commitment", "publish_month", "publish_reception", "read_people_list", "refuse_posting_end",
    "register_user", "remove_place", "reset_password", "save_commitment", "save_place", "set_language",
    "sign_in", "sign_in_failed", "sign_out", "withdraw_commitment", "withdraw_posting_end", "write_duty",
    "write_handover",
    "Filled", "Skipped", "agree_leave", "agree_swap", "answer_call_in", "approve_leave", "approve_swap",
    "call_in", "cancel_reception", "change_password", "change_reception", "check_in", "check_out",
    "disable_user", "enable_user", "end_posting", "fill_week", "hold_reception", "keep_pattern",
    "leave_post", "plan_reception", "post_person", "publish_month", "publish_reception", "refuse_leave",
    "refuse_swap", "register_user", "remove_duty", "remove_place", "request_leave", "request_swap",
    "reset_password", "return_to_post", "save_duty", "save_place", "set_language", "sign_in",
    "sign_in_failed", "sign_out", "stand_in", "warn_gaps", "warn_not_come", "withdraw_leave",
    "withdraw_swap",
    "answer_complaint", "cancel_reception", "change_password", "change_reception", "code_of",
    "disable_user", "enable_user", "end_posting", "file_complaint", "find_complaint", "forget_tries",
    "forward_complaint", "hold_reception", "plan_reception", "post_person", "publish_month",
    "publish_reception", "register_user", "remove_place", "reset_password", "save_place", "seal",
    "set_language", "sign_in", "sign_in_failed", "sign_out", "unseal",
]  # fmt: skip
    "cancel_participant_duty",
    "cancel_reception",
    "change_participant_duty",
    "change_password",
    "change_reception",
    "disable_user",
    "enable_user",
    "end_posting",
    "enrol_in_course",
    "hold_reception",
    "load_leaflets",
    "plan_participant_duty",
    "plan_reception",
    "post_person",
    "publish_leaflet",
    "publish_month",
    "publish_reception",
    "record_course",
    "register_user",
    "remove_place",
    "reset_password",
    "save_course",
    "save_leaflet",
    "save_participant",
    "save_place",
    "set_language",
    "sign_in",
    "sign_in_failed",
    "sign_out",
    "withdraw_leaflet",
]
