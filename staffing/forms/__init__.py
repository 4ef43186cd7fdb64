"""What people type about people, places and receptions."""

from staffing.forms.accounts import ChangePasswordForm, DisableUserForm, RegisterUserForm, SignInForm
from staffing.forms.fields import WEEKDAYS, PersonField, day_field, hour_field, show
from staffing.forms.places import HoursForm
from staffing.forms.planning import AbsenceForm, AdoptForm, PostponeForm, RhythmRuleForm, SubstituteForm
from staffing.forms.posts import EndPostingForm, PeopleFilter, PostPersonForm
from staffing.forms.receptions import CancelReceptionForm, ReceptionForm

__all__ = [
    "WEEKDAYS",
    "AbsenceForm",
    "AdoptForm",
    "CancelReceptionForm",
    "ChangePasswordForm",
    "DisableUserForm",
    "EndPostingForm",
    "HoursForm",
    "PeopleFilter",
    "PersonField",
    "PostPersonForm",
    "PostponeForm",
    "ReceptionForm",
    "RegisterUserForm",
    "RhythmRuleForm",
    "SignInForm",
    "SubstituteForm",
    "day_field",
    "hour_field",
    "show",
]  # fmt: skip
