"""The doors for staff: who acts, signing in, people and posts, the hall now, leaders' receptions."""

from staffing.views.accounts import change_password, locked_out, set_language, sign_in, sign_out
from staffing.views.back_room import BackRoom
from staffing.views.desk import desk, docket, hall_now
from staffing.views.who import WhoActs

__all__ = [
    "BackRoom", "WhoActs", "change_password", "desk", "docket", "hall_now", "locked_out", "set_language", "sign_in", "sign_out",
]  # fmt: skip
