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
from staffing.actions.courses import enrol_in_course, record_course, save_course
from staffing.actions.leaflets import load_leaflets, publish_leaflet, save_leaflet, withdraw_leaflet
from staffing.actions.participants import (
    cancel_participant_duty,
    change_participant_duty,
    plan_participant_duty,
    save_participant,
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
