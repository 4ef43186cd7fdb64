"""The doors for staff: who acts, signing in, people and posts, the hall now, leaders' receptions."""

from staffing.views.accounts import change_password, locked_out, set_language, sign_in, sign_out
from staffing.views.back_room import BackRoom
from staffing.views.complaints import (
    answer_complaint,
    complaint,
    complaints,
    export_complaints,
    forward_complaint,
)
from staffing.views.desk import desk, docket, hall_now
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
from staffing.views.who import WhoActs

__all__ = [
    "BackRoom", "WhoActs", "answer_complaint", "cancel_reception", "change_password", "change_reception", "complaint",
    "complaints", "desk", "disable_user", "docket", "enable_user", "end_posting", "export_complaints",
    "forward_complaint", "hall_now", "hold_reception", "locked_out", "people", "person", "plan_reception",
    "post_person", "publish_month", "publish_reception", "reception_plan", "register_user", "reset_password",
    "set_language", "sign_in", "sign_out",
]  # fmt: skip
