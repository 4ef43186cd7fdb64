"""What people type about people, places and receptions."""

from staffing.forms.accounts import ChangePasswordForm, DisableUserForm, RegisterUserForm, SignInForm
from staffing.forms.complaints import (
    AnswerComplaintForm,
    ComplaintCodeForm,
    ComplaintForm,
    ComplaintsFilter,
    ForwardComplaintForm,
)
from staffing.forms.courses import CourseFilter, CourseForm, EnrolForm, MarksForm
from staffing.forms.fields import WEEKDAYS, PersonField, day_field, hour_field, show
from staffing.forms.leaflets import LeafletForm
from staffing.forms.machines import (
    DeliveryFilter,
    IssueTokenForm,
    RegisterMachineForm,
    RevokeTokenForm,
    RotateTokenForm,
    TokenFilter,
    WebhookForm,
)
from staffing.forms.participants import (
    ChangeDutyForm,
    ParticipantFilter,
    ParticipantForm,
    PlanDutyForm,
    ReasonForm,
    RotaFilter,
)
from staffing.forms.people_file import COLUMNS, LIST_LIMIT, read_people_file, rejected_file, template_file
from staffing.forms.personnel import (
    CommitmentForm,
    DutyStatementForm,
    HandoverForm,
    PeopleFileForm,
    WithdrawCommitmentForm,
)
from staffing.forms.photos import PHOTO_LIMIT, PersonnelFileForm, receiving
from staffing.forms.places import HoursForm
from staffing.forms.planning import AbsenceForm, AdoptForm, PostponeForm, RhythmRuleForm, SubstituteForm
from staffing.forms.posts import AskPostingEndForm, EndPostingForm, NoteForm, PeopleFilter, PostPersonForm
from staffing.forms.receptions import CancelReceptionForm, ReceptionForm
from staffing.forms.rota import DutyForm, LeaveForm, SwapForm
from staffing.forms.sheets import XLSX, Table, attached, sheet, workbook

__all__ = [
    "COLUMNS",
    "LIST_LIMIT",
    "PHOTO_LIMIT",
    "WEEKDAYS",
    "XLSX",
    "AbsenceForm",
    "AdoptForm",
    "AnswerComplaintForm",
    "AskPostingEndForm",
    "CancelReceptionForm",
    "ChangeDutyForm",
    "ChangePasswordForm",
    "CommitmentForm",
    "ComplaintCodeForm",
    "ComplaintForm",
    "ComplaintsFilter",
    "CourseFilter",
    "CourseForm",
    "DeliveryFilter",
    "DisableUserForm",
    "DutyForm",
    "DutyStatementForm",
    "EndPostingForm",
    "EnrolForm",
    "ForwardComplaintForm",
    "HandoverForm",
    "HoursForm",
    "IssueTokenForm",
    "LeafletForm",
    "LeaveForm",
    "MarksForm",
    "NoteForm",
    "ParticipantFilter",
    "ParticipantForm",
    "PeopleFileForm",
    "PeopleFilter",
    "PersonField",
    "PersonnelFileForm",
    "PlanDutyForm",
    "PostPersonForm",
    "PostponeForm",
    "ReasonForm",
    "ReceptionForm",
    "RegisterMachineForm",
    "RegisterUserForm",
    "RevokeTokenForm",
    "RhythmRuleForm",
    "RotaFilter",
    "RotateTokenForm",
    "SignInForm",
    "SubstituteForm",
    "SwapForm",
    "Table",
    "TokenFilter",
    "WebhookForm",
    "WithdrawCommitmentForm",
    "attached",
    "day_field",
    "hour_field",
    "read_people_file",
    "receiving",
    "rejected_file",
    "sheet",
    "show",
    "template_file",
    "workbook",
]
