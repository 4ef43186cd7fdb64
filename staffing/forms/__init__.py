"""What people type about people, places and receptions."""

from staffing.forms.accounts import ChangePasswordForm, DisableUserForm, RegisterUserForm, SignInForm
from staffing.forms.fields import WEEKDAYS, PersonField, day_field, hour_field, show
from staffing.forms.places import HoursForm
from staffing.forms.posts import EndPostingForm, PeopleFilter, PostPersonForm
from staffing.forms.receptions import CancelReceptionForm, ReceptionForm
from staffing.forms.rota import DutyForm, LeaveForm, SwapForm

__all__ = [
    "WEEKDAYS",
    "CancelReceptionForm",
    "ChangePasswordForm",
    "DisableUserForm",
    "DutyForm",
    "EndPostingForm",
    "HoursForm",
    "LeaveForm",
    "PeopleFilter",
    "PersonField",
    "PostPersonForm",
    "ReceptionForm",
    "RegisterUserForm",
    "SignInForm",
    "SwapForm",
    "day_field",
    "hour_field",
    "show",
]
