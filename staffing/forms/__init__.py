"""What people type about people, places and receptions."""

from staffing.forms.accounts import ChangePasswordForm, DisableUserForm, RegisterUserForm, SignInForm
from staffing.forms.courses import CourseFilter, CourseForm, EnrolForm, MarksForm
from staffing.forms.fields import WEEKDAYS, PersonField, day_field, hour_field, show
from staffing.forms.leaflets import LeafletForm
from staffing.forms.participants import (
    ChangeDutyForm,
    ParticipantFilter,
    ParticipantForm,
    PlanDutyForm,
    ReasonForm,
    RotaFilter,
)
from staffing.forms.places import HoursForm
from staffing.forms.posts import EndPostingForm, PeopleFilter, PostPersonForm
from staffing.forms.receptions import CancelReceptionForm, ReceptionForm
from staffing.forms.sheets import XLSX, sheet

__all__ = [
    "WEEKDAYS",
    "XLSX",
    "CancelReceptionForm",
    "ChangeDutyForm",
    "ChangePasswordForm",
    "CourseFilter",
    "CourseForm",
    "DisableUserForm",
    "EndPostingForm",
    "EnrolForm",
    "HoursForm",
    "LeafletForm",
    "MarksForm",
    "ParticipantFilter",
    "ParticipantForm",
    "PeopleFilter",
    "PersonField",
    "PlanDutyForm",
    "PostPersonForm",
    "ReasonForm",
    "ReceptionForm",
    "RegisterUserForm",
    "RotaFilter",
    "SignInForm",
    "day_field",
    "hour_field",
    "sheet",
    "show",
]
