"""The doors for staff: who acts, signing in, people and posts, the hall now, leaders' receptions."""

from staffing.views.accounts import change_password, locked_out, set_language, sign_in, sign_out
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
    "BackRoom", "WhoActs", "agree_leave", "agree_swap", "answer_call_in", "approve_leave", "approve_swap",
    "attendance", "attendance_export", "attendance_month", "call_in", "cancel_reception", "change_password",
    "change_reception", "check_in", "check_out", "desk", "disable_user", "docket", "enable_user",
    "end_posting", "fill_week", "hall_now", "hold_reception", "keep_pattern", "leave_post", "locked_out",
    "my_duty", "people", "person", "plan_reception", "post_person", "publish_month", "publish_reception",
    "reception_plan", "refuse_leave", "refuse_swap", "register_user", "remove_duty", "request_leave",
    "request_swap", "reset_password", "return_to_post", "rota", "rota_export", "save_duty", "set_language",
    "sign_in", "sign_out", "stand_in", "withdraw_leave", "withdraw_swap",
]  # fmt: skip
