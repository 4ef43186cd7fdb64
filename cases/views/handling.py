"""The doors of handling: the work log, supplements, urgency, more time, the simple procedure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from cases.forms.handling import (
    ApproveExtensionForm,
    EndSimpleProcedureForm,
    RaiseUrgentForm,
    ReceiveSupplementForm,
    RecordWorkForm,
    RefuseExtensionForm,
    ReportUrgentForm,
    RequestExtensionForm,
    RequestSupplementForm,
    SimplifyCaseForm,
)
from cases.views.doors import Door

DOORS: tuple[Door, ...] = (
    Door(
        RecordWorkForm,
        lazy("记录办理工作"),
        lazy("保存记录"),
        lazy("%(number)s：已记入办理记录。"),
        icon="edit",
    ),
    Door(
        RequestSupplementForm,
        lazy("请信访人补充材料"),
        lazy("出具补充材料告知书"),
        lazy("%(number)s：已出具补充材料告知书，请送达信访人。"),
        issues=True,
        icon="paperclip",
    ),
    Door(
        ReceiveSupplementForm,
        lazy("记录收到补充材料"),
        lazy("记录"),
        lazy("%(number)s：已记录补充材料情况。"),
        icon="paperclip",
    ),
    Door(
        SimplifyCaseForm,
        lazy("适用简易办理"),
        lazy("适用简易办理"),
        lazy("%(number)s：已适用简易办理。"),
        icon="clock",
    ),
    Door(
        EndSimpleProcedureForm,
        lazy("转为普通程序"),
        lazy("转为普通程序"),
        lazy("%(number)s：已转为普通程序。"),
        icon="undo",
    ),
    Door(
        RequestExtensionForm,
        lazy("申请延长期限"),
        lazy("提交申请"),
        lazy("%(number)s：已提交延期申请，等待单位负责人批准。"),
        icon="clock",
    ),
    Door(
        ApproveExtensionForm,
        pgettext_lazy("act", "批准延长期限"),
        lazy("批准，出具延期告知书"),
        lazy("%(number)s：已批准延长期限，延期告知书已出具，请送达信访人。"),
        issues=True,
        icon="check",
    ),
    Door(
        RefuseExtensionForm,
        pgettext_lazy("act", "不批准延长期限"),
        lazy("不批准"),
        lazy("%(number)s：没有批准延长期限，已通知申请人。"),
        icon="ban",
    ),
    Door(
        RaiseUrgentForm,
        lazy("列为重大紧急"),
        lazy("列为重大紧急"),
        lazy("%(number)s：已列为重大紧急，已通知有关负责人。请立即报告。"),
        danger=True,
        icon="bell",
    ),
    Door(
        ReportUrgentForm,
        lazy("报告重大紧急情况"),
        lazy("出具情况报告"),
        lazy("%(number)s：情况报告已出具，请按规定报送。"),
        issues=True,
        icon="bell",
    ),
)
