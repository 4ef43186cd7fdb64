"""The verbs of people and places: accounts, posts, reference data, leaders' receptions."""

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
from staffing.actions.posts import end_posting, post_person
from staffing.actions.receptions import (
    cancel_reception,
    change_reception,
    hold_reception,
    plan_reception,
    publish_month,
    publish_reception,
)

__all__ = [
    "answer_complaint", "cancel_reception", "change_password", "change_reception", "code_of",
    "disable_user", "enable_user", "end_posting", "file_complaint", "find_complaint", "forget_tries",
    "forward_complaint", "hold_reception", "plan_reception", "post_person", "publish_month",
    "publish_reception", "register_user", "remove_place", "reset_password", "save_place", "seal",
    "set_language", "sign_in", "sign_in_failed", "sign_out", "unseal",
]  # fmt: skip
