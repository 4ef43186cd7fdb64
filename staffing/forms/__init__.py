"""What people type about people, places and receptions."""

from staffing.forms.accounts import ChangePasswordForm, DisableUserForm, RegisterUserForm, SignInForm
from staffing.forms.complaints import (
    AnswerComplaintForm,
    ComplaintCodeForm,
    ComplaintForm,
    ComplaintsFilter,
    ForwardComplaintForm,
)
from staffing.forms.fields import WEEKDAYS, PersonField, day_field, hour_field, show
from staffing.forms.places import HoursForm
from staffing.forms.posts import EndPostingForm, PeopleFilter, PostPersonForm
from staffing.forms.receptions import CancelReceptionForm, ReceptionForm

__all__ = [
    "WEEKDAYS",
    "AnswerComplaintForm",
    "CancelReceptionForm",
    "ChangePasswordForm",
    "ComplaintCodeForm",
    "ComplaintForm",
    "ComplaintsFilter",
    "DisableUserForm",
    "EndPostingForm",
    "ForwardComplaintForm",
    "HoursForm",
    "PeopleFilter",
    "PersonField",
    "PostPersonForm",
    "ReceptionForm",
    "RegisterUserForm",
    "SignInForm",
    "day_field",
    "hour_field",
    "show",
]
