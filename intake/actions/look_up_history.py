"""Was this here before? Looked up at the counter for registering alone, across halls, and on record."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cases.models import CaseParty, Petitioner
from cases.queries.duplicates import Candidate, Matter, find_duplicates, people_of
from hall import journal
from hall.access import Actor
from hall.models import JournalEntry, User, ref_of
from intake.rules import registration as rules
from staffing.models import Hall

PURPOSE = "登记来访事项前核对是否重复（purpose: duplicate check）"


@dataclass(frozen=True, slots=True)
class Contact:
    """What the person stated last time, masked, and on which case the reader may see it whole."""

    petitioner_id: int
    case_id: int
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class History:
    """What the panel beside the form shows: candidates, and how often the person was registered before."""

    candidates: list[Candidate]
    earlier_cases: int = 0
    last_on: dt.date | None = None
    contact: Contact | None = None


@transaction.atomic
def look_up_history(
    *, actor: Actor, hall_id: int, matter: Matter, token: uuid.UUID, now: dt.datetime
) -> History:
    """Candidates for the matter at the counter. Raises Refused (role).

    The look is journalled once per form: in the file of each person found, so that it shows there who looked and
    why; in the reader's own file when numbers were asked for and nobody was found.
    """
    hall = Hall.objects.get(pk=hall_id)
    rules.check_can_look_up_history(actor, hall)
    found = find_duplicates(actor, matter, today=timezone.localdate(now))
    people = (
        list(Petitioner.objects.filter(pk__in=people_of(matter))) if matter.id_number or matter.phone else []
    )
    asked = sorted(name for name in ("id_number", "phone") if getattr(matter, name))
    facts = {"hall": hall.code, "form": str(token), "by": asked, "candidates": len(found)}
    for person in people:
        _record(actor, person, facts, now=now)
    if asked and not people:
        _record(actor, User(pk=actor.user_id), facts, now=now)
    if not people:
        return History(found)
    parties = CaseParty.objects.filter(petitioner__in=[person.pk for person in people])
    dates = list(parties.order_by("-case__received_on").values_list("case__received_on", flat=True)[:200])
    return History(found, len(dates), dates[0] if dates else None, _contact(people, found, matter))


def _contact(people: Sequence[Petitioner], found: Sequence[Candidate], matter: Matter) -> Contact | None:
    """Of the person with this very paper, through a case that the reader may see."""
    visible = [one.case_id for one in found if one.is_visible and "id_number" in one.reasons]
    person = next((one for one in people if matter.id_number and one.id_number == matter.id_number), None)
    if person is None or not visible or not (person.phone or person.address):
        return None
    party = CaseParty.objects.filter(petitioner=person, case__in=visible).order_by("-case_id").first()
    return Contact(person.pk, party.case_id, person.phone_masked, person.address_masked) if party else None


def _record(actor: Actor, about: Petitioner | User, facts: dict[str, object], *, now: dt.datetime) -> None:
    """Once per form and person; typing on is the same look."""
    seen = JournalEntry.objects.filter(
        object=ref_of(about), actor_id=actor.user_id, verb="look_up_history", after__form=facts["form"]
    )
    if not seen.exists():
        journal.record(actor, "look_up_history", about, after=facts, reason=PURPOSE, now=now)
