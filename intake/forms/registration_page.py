"""The registration page as one thing: all its forms, read together, one `NewCase` out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from cases.actions import DuplicateChoice, NewCase, Person, StoredFile
from cases.forms import TriageForm, fields_of
from cases.forms.materials import MaterialsForm
from cases.lifecycle import OUTCOMES, grounds_for
from cases.queries.duplicates import Matter
from hall.access import Actor, Refused
from hall.uploads.receiving import LeftOut
from intake.forms.registration import (
    ClaimForm,
    CompanionForm,
    DuplicateForm,
    Found,
    MatterForm,
    PersonForm,
    RespondentForm,
    Rows,
    Shown,
    print_of,
    rows,
)
from intake.rules import registration as rules
from staffing.models import Department, Hall, Jurisdiction

CompanionRows, ClaimRows, RespondentRows = (
    rows(CompanionForm, shown=0),
    rows(ClaimForm, shown=2),
    rows(RespondentForm, shown=1),
)
ROWS = {"with": CompanionRows, "claim": ClaimRows, "against": RespondentRows}
NOT_KEPT = (
    "csrfmiddlewaretoken",
    "form_token",
    "draft_revision",
    "confirmed",
    "add",
    "remove",
    "drop_material",
)


class LaterTriage(TriageForm):
    """The decision at the gate, or, unless the clerk says otherwise, later."""

    def __init__(self, *args: Any, quiet: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quiet = quiet
        later = [("", _("稍后甄别")), *((code, _(words)) for code, words in OUTCOMES.items())]
        self.fields["outcome"].choices = later  # type: ignore[attr-defined]
        self.fields["outcome"].required = False
        self.fields["ground"].required = False

    @property
    def errors(self) -> Any:
        return forms.utils.ErrorDict() if self.quiet else super().errors

    @property
    def rest(self) -> list[forms.BoundField]:
        """Everything but the outcome, in the order of the page."""
        return [field for field in self.visible_fields() if field.name != "outcome"]

    @property
    def asks(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """Which fields each outcome asks for."""
        return (
            (
                outcome,
                tuple(dict.fromkeys(["ground", *(n for g in grounds_for(outcome) for n in fields_of(g))])),
            )
            for outcome in OUTCOMES
        )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("outcome") and not values.get("ground") and "ground" not in self.errors:
            self.add_error("ground", _("请选择依据，或者选“稍后甄别”。"))
        return values


class Registration:
    """All forms of the page over one sending (or none). `quiet`: shown again, not judged."""

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, Any] | None = None,
        *,
        hall_id: int,
        actor: Actor,
        now: dt.datetime,
        kept: Sequence[StoredFile] = (),
        left_out: Sequence[LeftOut] = (),
        quiet: bool = False,
        head_count: int | None = None,
    ) -> None:
        self.actor, self.now = actor, now
        today = timezone.localdate(now)
        part: dict[str, Any] = {"quiet": quiet, "today": today}
        self.person = PersonForm(data, prefix="who", **part)
        if data is not None:  # the summary of errors, or where the clerk stopped, has the focus
            del self.person.fields["id_number"].widget.attrs["autofocus"]
        self.companions = CompanionRows(data, prefix="with", form_kwargs=part, quiet=quiet)
        self.claims = ClaimRows(data, prefix="claim", form_kwargs=part, quiet=quiet)
        self.respondents = RespondentRows(
            data, prefix="against", form_kwargs={**part, "departments": _units()}, quiet=quiet
        )
        initial = {
            "received_on": today,
            "place_region": lambda: _own_region(hall_id),
            "head_count": head_count,
        }
        self.matter = MatterForm(data, regions=_regions(hall_id), initial=initial, **part)
        self.materials = MaterialsForm(data, files, kept=kept, left_out=left_out)
        self.decision = DuplicateForm(data, **part)
        self.decides = bool(data and data.get("triage-outcome"))
        self._triage = (data, quiet)

    @cached_property
    def triage(self) -> LaterTriage:
        """Made when asked for: most matters are sorted later, and their sending need not pay for it."""
        data, quiet = self._triage
        return LaterTriage(data, prefix="triage", actor=self.actor, quiet=quiet)

    @property
    def parts(self) -> tuple[forms.BaseForm | Rows, ...]:
        """In the order of the page, for the summary of errors."""
        parts = (
            self.person, self.decision, self.companions, self.matter, self.claims, self.respondents, self.materials,
        )  # fmt: skip
        return (*parts, self.triage) if self.decides else parts

    def is_valid(self) -> bool:
        """Judge every part, so that one sending shows all that must be put right."""
        judged = [part.is_valid() for part in self.parts]
        valid = all(judged)
        try:
            self._check_representatives()
        except Refused:
            valid = False
        return valid

    def _check_representatives(self) -> None:
        count = 0
        for row in self.companions.filled():
            count += row.cleaned_data["role"] == "representative"
            try:
                rules.check_representatives(count)
            except Refused as refused:
                row.refuse(refused)
                raise

    # -- what was said

    def people(self) -> tuple[Person, ...]:
        if self.person.cleaned_data.get("is_anonymous"):
            return ()
        others = (row.person(row.cleaned_data["role"]) for row in self.companions.filled())
        return (self.person.person("principal"), *others)

    def looked_for(self) -> Matter:
        """What the duplicate check may use; before the form is whole, whatever of it is in order."""
        who, what = self.person.known(), self.matter.known()
        category = what.get("category")
        return Matter(
            name=who.get("name") or "",
            id_kind=who.get("id_kind") or "",
            id_number=who.get("id_number") or "",
            phone=who.get("phone") or "",
            title=what.get("title") or "",
            content=what.get("content") or "",
            category_id=getattr(category, "pk", None),
            place=what.get("place") or "",
        )

    @property
    def looked_up(self) -> Shown | None:
        """What the panel showed for this very matter; None when something was changed since, or nothing was shown."""
        shown = self.decision.panel
        return shown if shown and shown.of == print_of(self.looked_for()) else None

    def decide(self, found: Found) -> tuple[DuplicateChoice, ...] | None:
        """The clerk's decision on what was found; None when there is an error at it."""
        choices = self.decision.decide(found)
        return None if self.decision.errors else choices

    def new_case(self, *, duplicates: tuple[DuplicateChoice, ...], form_token: Any) -> NewCase:
        what = self.matter.cleaned_data
        people = self.people()
        names = (
            "channel", "purpose", "title", "content", "summary", "place", "received_on", "is_oral", "is_urgent",
            "is_confidential", "is_law_related", "public_consent", "electronic_consent", "national_number",
        )  # fmt: skip
        return NewCase(
            **{name: what[name] for name in names},
            people=people,
            claims=tuple(row.cleaned_data["text"] for row in self.claims.filled()),
            respondents=tuple(row.respondent() for row in self.respondents.filled()),
            duplicates=duplicates,
            category_id=what["category"].pk if what["category"] else None,
            place_region_id=what["place_region"].pk if what["place_region"] else None,
            head_count=max(what["head_count"] or 1, len(people), 1),
            read_back_at=self._read_back_at,
            form_token=form_token,
        )

    @cached_property
    def _read_back_at(self) -> dt.datetime | None:
        what = self.matter.cleaned_data
        if not (what["is_oral"] and what["read_back"]):
            return None
        local = timezone.localtime(self.now)
        if what["read_back_time"]:
            local = min(
                local.replace(hour=what["read_back_time"].hour, minute=what["read_back_time"].minute), local
            )
        return local

    def refuse(self, refused: Refused) -> None:
        """Lay an action's refusal at the field it names, on whichever part has it; else over the page."""
        if refused.kind != "input":
            raise refused
        if self.decides and self.triage.errors:  # the decision at the gate has laid it at its own field
            return
        holders = (self.person, self.matter, self.materials)
        part = next((part for part in holders if refused.field in part.fields), self.matter)
        part.add_error(refused.field if refused.field in part.fields else None, str(refused))


def _own_region(hall_id: int) -> int:
    return Hall.objects.values_list("jurisdiction", flat=True).get(pk=hall_id)


# Queries that were put together once. A field takes a copy and asks when it is chosen from or shown, so nothing of
# what they find is kept.


@lru_cache(maxsize=1)
def _units() -> QuerySet[Department]:
    return Department.objects.filter(is_active=True).order_by("code")


@lru_cache(maxsize=64)
def _regions(hall_id: int) -> QuerySet[Jurisdiction]:
    """The hall's own jurisdiction, those above it and those right below it."""
    own = Q(halls=hall_id)
    near = own | Q(children__halls=hall_id) | Q(children__children__halls=hall_id) | Q(parent__halls=hall_id)
    return Jurisdiction.objects.filter(near).distinct()


def typed(data: QueryDict) -> dict[str, list[str]]:
    """What a draft keeps of a sending."""
    return {
        name: [value for value in data.getlist(name) if isinstance(value, str)]
        for name in data
        if name not in NOT_KEPT
    }


def retyped(fields: Mapping[str, Sequence[str]]) -> QueryDict:
    """A draft as the sending that it was."""
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, list(values))
    return data


def with_row(data: QueryDict, prefix: str) -> QueryDict:
    """One empty row more of a kind."""
    data = data.copy()
    key = f"{prefix}-TOTAL_FORMS"
    count = str(data.get(key, ""))
    if prefix in ROWS and count.isdecimal():
        data[key] = str(int(count) + 1)
    return data


def without_row(data: QueryDict, row: str) -> QueryDict:
    """`with-2`: that row's fields are gone; the gap is no row."""
    data = data.copy()
    if row.rpartition("-")[0] in ROWS:
        for name in [name for name in data if name.startswith(f"{row}-")]:
            del data[name]
    return data
