"""The doors for staff: who acts, signing in, people and posts, the hall now, leaders' receptions."""

from staffing.views.absences import (
    absences,
    postpone_reception,
    report_absence,
    substitute_leader,
    withdraw_absence,
)
from staffing.views.accounts import change_password, locked_out, set_language, sign_in, sign_out
from staffing.views.approvals import approvals, approve_month, approve_reception
from staffing.views.attendance import (
    attendance,
    attendance_export,
    attendance_month,
    check_in,
    check_out,
    leave_post,
    return_to_post,
)
from staffing.views.back_room import BackRoom
from staffing.views.desk import desk, hall_now
from staffing.views.commitments import (
    change_commitment,
    commitment_plan,
    publish_commitment,
    save_commitment,
    withdraw_commitment,
)
from staffing.views.desk import desk, docket, hall_now
from staffing.views.my_duty import (
    agree_leave,
    agree_swap,
    approve_leave,
    approve_swap,
    my_duty,
    refuse_leave,
    refuse_swap,
    request_leave,
    request_swap,
    withdraw_leave,
    withdraw_swap,
)
from staffing.views.people import (
    disable_user,
    enable_user,
    end_posting,
    people,
    person,
    post_person,
    register_user,
    reset_password,
)
from staffing.views.planning import (
    adopt_proposal,
    new_rhythm_rule,
    proposal,
    propose_month,
    rank_leader,
    rhythm,
    save_rhythm_rule,
from staffing.views.people_list import (
    import_people,
    people_list,
    people_template,
    read_people_list,
    rejected_people,
)
from staffing.views.personnel import (
    accept_handover,
    badge,
    duties,
    handover,
    issue_badge,
    keep_personnel_file,
    my_post,
    photo,
    write_duty,
    write_handover,
)
from staffing.views.posting_ends import (
    agree_posting_end,
    ask_posting_end,
    posting_ends,
    refuse_posting_end,
    withdraw_posting_end,
)
from staffing.views.receptions import (
    cancel_reception,
    change_reception,
    hold_reception,
    plan_reception,
    publish_month,
    publish_reception,
    reception_plan,
)
from staffing.views.rota import (
    answer_call_in,
    call_in,
    fill_week,
    keep_pattern,
    remove_duty,
    rota,
    rota_export,
    save_duty,
    stand_in,
)
from staffing.views.who import WhoActs

__all__ = [
    "BackRoom", "WhoActs", "cancel_reception", "change_password", "change_reception", "desk", "disable_user",
    "enable_user", "end_posting", "hall_now", "hold_reception", "locked_out", "people", "person", "plan_reception",
    "post_person", "publish_month", "publish_reception", "reception_plan", "register_user", "reset_password",
    "set_language", "sign_in", "sign_out",
    "BackRoom", "WhoActs", "absences", "adopt_proposal", "approvals", "approve_month", "approve_reception",
    "cancel_reception", "change_password", "change_reception", "desk", "disable_user", "docket",
    "enable_user", "end_posting", "hall_now", "hold_reception", "locked_out", "new_rhythm_rule", "people",
    "person", "plan_reception", "post_person", "postpone_reception", "proposal", "propose_month",
    "publish_month", "publish_reception", "rank_leader", "reception_plan", "register_user",
    "report_absence", "reset_password", "rhythm", "save_rhythm_rule", "set_language", "sign_in", "sign_out",
    "substitute_leader", "withdraw_absence",
    "BackRoom", "WhoActs", "accept_handover", "agree_posting_end", "ask_posting_end", "badge",
    "cancel_reception", "change_commitment", "change_password", "change_reception", "commitment_plan", "desk",
    "disable_user", "docket", "duties", "enable_user", "end_posting", "hall_now", "handover", "hold_reception",
    "import_people", "issue_badge", "keep_personnel_file", "locked_out", "my_post", "people", "people_list",
    "people_template", "person", "photo", "plan_reception", "post_person", "posting_ends", "publish_commitment",
    "publish_month", "publish_reception", "read_people_list", "reception_plan", "refuse_posting_end",
    "register_user", "rejected_people", "reset_password", "save_commitment", "set_language", "sign_in",
    "sign_out", "withdraw_commitment", "withdraw_posting_end", "write_duty", "write_handover",
    "BackRoom", "WhoActs", "agree_leave", "agree_swap", "answer_call_in", "approve_leave", "approve_swap",
    "attendance", "attendance_export", "attendance_month", "call_in", "cancel_reception", "change_password",
    "change_reception", "check_in", "check_out", "desk", "disable_user", "docket", "enable_user",
    "end_posting", "fill_week", "hall_now", "hold_reception", "keep_pattern", "leave_post", "locked_out",
    "my_duty", "people", "person", "plan_reception", "post_person", "publish_month", "publish_reception",
    "reception_plan", "refuse_leave", "refuse_swap", "register_user", "remove_duty", "request_leave",
    "request_swap", "reset_password", "return_to_post", "rota", "rota_export", "save_duty", "set_language",
    "sign_in", "sign_out", "stand_in", "withdraw_leave", "withdraw_swap",
]  # fmt: skip
