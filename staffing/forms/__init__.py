"""What people type about people, places and receptions."""

from staffing.forms.accounts import (
    AuthenticatorForm,
    ChangePasswordForm,
    ConfirmSessionForm,
    DisableUserForm,
    KeyAnswerForm,
    RegisterUserForm,
    ResetSecondFactorForm,
    SecondStepForm,
    SecurityKeyForm,
    SignInForm,
)
from staffing.forms.complaints import (
    AnswerComplaintForm,
    ComplaintCodeForm,
    ComplaintForm,
    ComplaintsFilter,
    ForwardComplaintForm,
)
from staffing.forms.courses import CourseFilter, CourseForm, EnrolForm, MarksForm
from staffing.forms.devices import BindDevicesForm, DeviceCodeForm, DeviceFilter, DeviceForm, RevokeDeviceForm
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
from staffing.forms.photos import PHOTO_LIMIT, PersonnelFileForm
from staffing.forms.places import HoursForm
from staffing.forms.planning import AbsenceForm, AdoptForm, PostponeForm, RhythmRuleForm, SubstituteForm
from staffing.forms.posts import AskPostingEndForm, EndPostingForm, NoteForm, PeopleFilter, PostPersonForm
from staffing.forms.receptions import CancelReceptionForm, ReceptionForm
from staffing.forms.rota import DutyForm, LeaveForm, SwapForm
from staffing.forms.sheets import XLSX, Table, attached, csv_cell, csv_file, plain_cell, sheet, workbook

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
    "AuthenticatorForm",
    "BindDevicesForm",
    "CancelReceptionForm",
    "ChangeDutyForm",
    "ChangePasswordForm",
    "CommitmentForm",
    "ComplaintCodeForm",
    "ComplaintForm",
    "ComplaintsFilter",
    "ConfirmSessionForm",
    "CourseFilter",
    "CourseForm",
    "DeliveryFilter",
    "DeviceCodeForm",
    "DeviceFilter",
    "DeviceForm",
    "DisableUserForm",
    "DutyForm",
    "DutyStatementForm",
    "EndPostingForm",
    "EnrolForm",
    "ForwardComplaintForm",
    "HandoverForm",
    "HoursForm",
    "IssueTokenForm",
    "KeyAnswerForm",
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
    "ResetSecondFactorForm",
    "RevokeDeviceForm",
    "RevokeTokenForm",
    "RhythmRuleForm",
    "RotaFilter",
    "RotateTokenForm",
    "SecondStepForm",
    "SecurityKeyForm",
    "SignInForm",
    "SubstituteForm",
    "SwapForm",
    "Table",
    "TokenFilter",
    "WebhookForm",
    "WithdrawCommitmentForm",
    "attached",
    "csv_cell",
    "csv_file",
    "day_field",
    "hour_field",
    "plain_cell",
    "read_people_file",
    "rejected_file",
    "sheet",
    "show",
    "template_file",
    "workbook",
]
