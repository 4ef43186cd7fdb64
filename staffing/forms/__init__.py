"""What people type about people, places and receptions."""

from staffing.forms.accounts import ChangePasswordForm, DisableUserForm, RegisterUserForm, SignInForm
from staffing.forms.courses import CourseFilter, CourseForm, EnrolForm, MarksForm
from staffing.forms.complaints import (
    AnswerComplaintForm,
    ComplaintCodeForm,
    ComplaintForm,
    ComplaintsFilter,
    ForwardComplaintForm,
)
from staffing.forms.fields import WEEKDAYS, PersonField, day_field, hour_field, show
from staffing.forms.people_file import COLUMNS, XLSX, read_people_file, rejected_file, template_file
from staffing.forms.people_file import LIMIT as LIST_LIMIT
from staffing.forms.personnel import (
    CommitmentForm,
    DutyForm,
    HandoverForm,
    PeopleFileForm,
    WithdrawCommitmentForm,
)
from staffing.forms.photos import LIMIT as PHOTO_LIMIT
from staffing.forms.photos import PersonnelFileForm, receiving
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
from staffing.forms.planning import AbsenceForm, AdoptForm, PostponeForm, RhythmRuleForm, SubstituteForm
from staffing.forms.posts import EndPostingForm, PeopleFilter, PostPersonForm
from staffing.forms.posts import AskPostingEndForm, EndPostingForm, NoteForm, PeopleFilter, PostPersonForm
from staffing.forms.receptions import CancelReceptionForm, ReceptionForm
from staffing.forms.rota import DutyForm, LeaveForm, SwapForm
from staffing.forms.sheets import XLSX, sheet

__all__ = [
    "COLUMNS",
    "LIST_LIMIT",
    "PHOTO_LIMIT",
    "WEEKDAYS",
    "AbsenceForm",
    "AdoptForm",
    "XLSX",
    "AskPostingEndForm",
    "XLSX",
    "AnswerComplaintForm",
    "CancelReceptionForm",
    "ChangeDutyForm",
    "ChangePasswordForm",
    "CommitmentForm",
    "CourseFilter",
    "CourseForm",
    "ComplaintCodeForm",
    "ComplaintForm",
    "ComplaintsFilter",
    "DisableUserForm",
    "DutyForm",
    "EndPostingForm",
    "HandoverForm",
    "ForwardComplaintForm",
    "HoursForm",
    "NoteForm",
    "PeopleFileForm",
    "LeaveForm",
    "PeopleFilter",
    "PersonField",
    "PersonnelFileForm",
    "PostPersonForm",
    "PostponeForm",
    "ReceptionForm",
    "RegisterUserForm",
    "RhythmRuleForm",
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
    "SubstituteForm",
    "WithdrawCommitmentForm",
    "SwapForm",
    "day_field",
    "hour_field",
    "read_people_file",
    "receiving",
    "rejected_file",
    "sheet",
    "show",
]  # fmt: skip
    "template_file",
]
