"""The doors for staff: who acts, signing in, people and posts, the hall now, leaders' receptions."""

from staffing.views.accounts import change_password, locked_out, set_language, sign_in, sign_out
from staffing.views.back_room import BackRoom
from staffing.views.courses import (
    course,
    courses,
    enrol_in_course,
    export_hours,
    record_course,
    save_course,
)
from staffing.views.desk import desk, docket, hall_now
from staffing.views.leaflets import leaflets, publish_leaflet, save_leaflet, withdraw_leaflet
from staffing.views.participants import (
    cancel_participant_duty,
    change_participant_duty,
    participant_rota,
    participants,
    plan_participant_duty,
    save_participant,
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
from staffing.views.who import WhoActs

__all__ = [
    "BackRoom",
    "WhoActs",
    "cancel_participant_duty",
    "cancel_reception",
    "change_participant_duty",
    "change_password",
    "change_reception",
    "course",
    "courses",
    "desk",
    "disable_user",
    "docket",
    "enable_user",
    "end_posting",
    "enrol_in_course",
    "export_hours",
    "hall_now",
    "hold_reception",
    "leaflets",
    "locked_out",
    "participant_rota",
    "participants",
    "people",
    "person",
    "plan_participant_duty",
    "plan_reception",
    "post_person",
    "publish_leaflet",
    "publish_month",
    "publish_reception",
    "reception_plan",
    "record_course",
    "register_user",
    "reset_password",
    "save_course",
    "save_leaflet",
    "save_participant",
    "set_language",
    "sign_in",
    "sign_out",
    "withdraw_leaflet",
]
