"""The filters of the lists of field visits, of matters under a leader's charge, and of published results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.forms.verb import day_field
from cases.lifecycle import FIELD_VISIT, NOTICE_KINDS, RESULT_NOTICE, SPONSORSHIP
from cases.queries.field_visits import VisitFilter
from cases.queries.sponsorships import SponsorshipFilter
from hall.models import User


def _choices(form: forms.Form, name: str, rows: Sequence[tuple[Any, Any]]) -> None:
    form.fields[name].choices = [("", _("全部")), *rows]  # type: ignore[attr-defined]


class _ListForm(forms.Form):
    """What is not understood is left out."""

    status = forms.ChoiceField(label=lazy("状态"), required=False)

    def said(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data

    @property
    def is_filtered(self) -> bool:
        return any(self.said().values())


class VisitFilterForm(_ListForm):
    leader = forms.ChoiceField(label=lazy("领导"), required=False)
    from_on = day_field(lazy("自"), required=False)
    until_on = day_field(lazy("至"), required=False)

    def __init__(self, data: Mapping[str, Any], leaders: Sequence[User]) -> None:
        super().__init__(data)
        _choices(self, "status", [(code, _(label)) for code, label in FIELD_VISIT.choices])
        _choices(self, "leader", [(str(one.pk), one.label) for one in leaders])

    def asked(self) -> VisitFilter:
        said = self.said()
        leader = said.get("leader")
        return VisitFilter(
            status=said.get("status") or "",
            leader_id=int(leader) if leader else None,
            from_on=said.get("from_on"),
            until_on=said.get("until_on"),
        )


class SponsorshipFilterForm(_ListForm):
    leader = forms.ChoiceField(label=lazy("领导"), required=False)
    late = forms.BooleanField(label=lazy("只看超过化解日期的"), required=False)

    def __init__(self, data: Mapping[str, Any], leaders: Sequence[User]) -> None:
        super().__init__(data)
        _choices(self, "status", [(code, _(label)) for code, label in SPONSORSHIP.choices])
        _choices(self, "leader", [(str(one.pk), one.label) for one in leaders])

    def asked(self) -> SponsorshipFilter:
        said = self.said()
        leader = said.get("leader")
        return SponsorshipFilter(
            status=said.get("status") or "",
            leader_id=int(leader) if leader else None,
            late=bool(said.get("late")),
        )


class NoticeFilterForm(_ListForm):
    kind = forms.ChoiceField(label=lazy("种类"), required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        _choices(self, "status", [(code, _(label)) for code, label in RESULT_NOTICE.choices])
        _choices(self, "kind", [(code, _(label)) for code, label in NOTICE_KINDS.items()])
