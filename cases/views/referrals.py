"""The doors by which it is settled whose matter it is."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.forms.referrals import (
    DisputeCaseForm,
    InvolveUnitForm,
    ObjectToReferralForm,
    ReportBackForm,
    RerouteCaseForm,
    UpholdReferralForm,
)
from cases.views.doors import Door

DOORS: tuple[Door, ...] = (
    Door(
        ObjectToReferralForm,
        _("提出异议"),
        _("提出异议"),
        _("已就 %(number)s 提出异议，大厅主任已收到；决定前事项仍在本单位。"),
        issues=True,
        icon="warning",
    ),
    Door(
        DisputeCaseForm,
        _("提出争议"),
        _("提出争议"),
        _("已就 %(number)s 提出争议，大厅主任已收到；决定前仍由本单位办理。"),
        issues=True,
        icon="warning",
    ),
    Door(
        UpholdReferralForm,
        _("维持原承办单位"),
        _("维持"),
        _("%(number)s 维持由原单位办理，已通知该单位。"),
        icon="check",
    ),
    Door(
        RerouteCaseForm,
        _("另行确定承办单位"),
        _("确定并出函"),
        _("%(number)s 已另行确定承办单位，已出函并通知两个单位。"),
        issues=True,
        icon="transfer",
    ),
    Door(
        InvolveUnitForm,
        _("增加协办、抄送单位"),
        _("增加单位"),
        _("%(number)s 已增加单位，并已通知。"),
        issues=True,
        icon="transfer",
    ),
    Door(
        ReportBackForm,
        _("反馈办理结果"),
        _("提交"),
        _("%(number)s 的办理情况已经反馈。"),
        issues=True,
        icon="document",
    ),
)
