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
from staffing.actions.attendance import check_in, check_out, leave_post, return_to_post
from staffing.actions.leaves import agree_leave, approve_leave, refuse_leave, request_leave, withdraw_leave
from staffing.actions.on_call import answer_call_in, call_in
from staffing.actions.places import remove_place, save_place
from staffing.actions.posts import end_posting, post_person
from staffing.actions.receptions import (
    cancel_reception,
    change_reception,
    hold_reception,
    plan_reception,
    publish_month,
    publish_reception,
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
    "Filled", "Skipped", "agree_leave", "agree_swap", "answer_call_in", "approve_leave", "approve_swap",
    "call_in", "cancel_reception", "change_password", "change_reception", "check_in", "check_out",
    "disable_user", "enable_user", "end_posting", "fill_week", "hold_reception", "keep_pattern",
    "leave_post", "plan_reception", "post_person", "publish_month", "publish_reception", "refuse_leave",
    "refuse_swap", "register_user", "remove_duty", "remove_place", "request_leave", "request_swap",
    "reset_password", "return_to_post", "save_duty", "save_place", "set_language", "sign_in",
    "sign_in_failed", "sign_out", "stand_in", "warn_gaps", "warn_not_come", "withdraw_leave",
    "withdraw_swap",
]  # fmt: skip
