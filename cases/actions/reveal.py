"""Looking at a person's numbers and address: every look is on record, with its reason."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.models import Case, CaseParty, Petitioner
from cases.rules import check_can_reveal_person
from hall import journal
from hall.access import Actor, get_visible


@transaction.atomic
def reveal_person(
    *, actor: Actor, petitioner_id: int, case_id: int, reason: str, now: dt.datetime
) -> Petitioner:
    """Unmask one person of a case for the reader, once, for a reason that the person's own file keeps.

    Journalled on the case and on the person (`petitioner:ID`), never with the data itself (PIPL art. 51, 54).
    Raises Refused (unseen, role, input).
    """
    case = get_visible(Case.objects.visible_to(actor), pk=case_id)
    check_can_reveal_person(actor, case, reason, now=now)
    parties = CaseParty.objects.select_related("petitioner")
    party = get_visible(parties, case=case, petitioner_id=petitioner_id)
    person, reason = party.petitioner, reason.strip()
    seen = {"petitioner": person.pk, "role": party.role}
    journal.record(actor, "reveal_person", person, stream=case, after=seen, reason=reason, now=now)
    journal.record(actor, "reveal_person", person, after={"case": case.number}, reason=reason, now=now)
    return person
