"""What is typed when somebody comes again about an open matter."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.models import Case
from hall.access import Actor, Refused
from intake import actions
from intake.models import Visit
from intake.queries.services import ticket_numbered
from intake.rules.visits import MOST


class LinkVisitForm(forms.Form):
    ticket_number = forms.CharField(
        label=lazy("号票号码"), max_length=8, required=False, help_text=lazy("今天的号码，如A012；没有取号的留空。"),
    )  # fmt: skip
    head_count = forms.IntegerField(
        label=lazy("人数"),
        min_value=1,
        max_value=MOST,
        initial=1,
        help_text=lazy("有号码的以取号时的人数为准。"),
    )

    def __init__(self, *args: Any, actor: Actor, case: Case, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.case, self.now = actor, case, now
        self.ticket_id: int | None = None

    def clean_ticket_number(self) -> str:
        number: str = self.cleaned_data["ticket_number"].strip()
        if number:
            ticket = ticket_numbered(self.case.hall, timezone.localdate(self.now), number)
            if ticket is None:
                raise forms.ValidationError(_("本厅今天没有这个号码。"))
            self.ticket_id = ticket.pk
        return number

    def act(self) -> Visit | None:
        """The visit; None when the action refused what was typed, which then stands at its field."""
        try:
            return actions.link_visit(
                actor=self.actor, case_id=self.case.pk, ticket_id=self.ticket_id,
                head_count=self.cleaned_data["head_count"], now=self.now,
            )  # fmt: skip
        except Refused as refused:
            if refused.kind != "input":
                raise
            self.add_error(refused.field, str(refused.reason))
            return None
