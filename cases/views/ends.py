"""The doors by which a matter ends, and by which somebody stays out of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from cases.forms.ends import (
    AnswerSuggestionForm,
    CloseCaseForm,
    HandOverAccusationForm,
    RecuseFromCaseForm,
    SettleCaseForm,
)
from cases.views.doors import Door

DOORS: tuple[Door, ...] = (
    Door(
        form=SettleCaseForm,
        title=lazy("调解、和解结案"),
        button=lazy("出具协议书并结案"),
        said=lazy("%(number)s 已达成协议，协议书已经出具，请各方签名。"),
        issues=True,
        icon="check",
    ),
    Door(
        form=AnswerSuggestionForm,
        title=lazy("答复建议"),
        button=lazy("出具答复"),
        said=lazy("%(number)s 的建议已经答复。"),
        issues=True,
        icon="check",
    ),
    Door(
        form=HandOverAccusationForm,
        title=lazy("移送检举控告"),
        button=lazy("移送有权机关"),
        said=lazy("%(number)s 已移送，移送函已经出具。"),
        issues=True,
        danger=True,
        icon="transfer",
    ),
    Door(
        form=CloseCaseForm,
        title=lazy("办结"),
        button=lazy("办结"),
        said=lazy("%(number)s 已办结。"),
        icon="check",
    ),
    Door(
        form=RecuseFromCaseForm,
        title=lazy("回避"),
        button=lazy("记录回避"),
        said=lazy("%(number)s 的回避已经记录，从现在起本人看不到该事项。"),
        danger=True,
        icon="ban",
    ),
)
