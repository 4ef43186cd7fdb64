"""The doors of the opinion and of service."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from cases.forms.opinions import (
    CountersignOpinionForm,
    DraftOpinionForm,
    IssueOpinionForm,
    ReturnOpinionForm,
    SubmitOpinionForm,
)
from cases.forms.service import ServeDocumentForm, ServeOpinionForm
from cases.views.doors import Door

DOORS: tuple[Door, ...] = (
    Door(
        DraftOpinionForm,
        title=lazy("起草处理意见"),
        button=lazy("保存草稿"),
        said=lazy("%(number)s的处理意见草稿已保存。"),
    ),
    Door(
        SubmitOpinionForm,
        title=lazy("处理意见送会签"),
        button=lazy("送会签"),
        said=lazy("%(number)s的处理意见已送本单位负责人会签。"),
        icon="document",
    ),
    Door(
        ReturnOpinionForm,
        title=lazy("退回处理意见"),
        button=lazy("退回修改"),
        said=lazy("%(number)s的处理意见已退回起草人。"),
        icon="undo",
    ),
    Door(
        CountersignOpinionForm,
        title=lazy("会签处理意见"),
        button=lazy("会签"),
        said=lazy("%(number)s的处理意见已会签，可以出具。"),
        icon="check",
    ),
    Door(
        IssueOpinionForm,
        title=lazy("出具处理意见书"),
        button=lazy("出具处理意见书"),
        said=lazy("%(number)s的处理意见书已出具，请及时送达。"),
        issues=True,
        icon="document",
    ),
    Door(
        ServeOpinionForm,
        title=lazy("送达处理意见书"),
        button=lazy("记录送达"),
        said=lazy("%(number)s的送达情况已记录。"),
        uploads=True,
        icon="check",
    ),
    Door(
        ServeDocumentForm,
        title=lazy("送达文书"),
        button=lazy("记录送达"),
        said=lazy("%(number)s的送达情况已记录。"),
        uploads=True,
        icon="check",
    ),
)
