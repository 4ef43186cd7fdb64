"""Under which number a matter stands in the national system."""

from __future__ import annotations

import datetime as dt
import unicodedata

from django.db import IntegrityError, transaction

from cases.models import Case
from cases.rules.exchange import check_can_note_national_number, check_national_number, taken_number
from hall import journal
from hall.access import Actor
from hall.batch import broken_by


@transaction.atomic
def note_national_number(*, actor: Actor, case_id: int, number: str, now: dt.datetime) -> Case:
    """Kept on the case, once in a place; a number that was copied wrongly is replaced, and both stay on record."""
    case = Case.objects.locked(case_id)
    check_can_note_national_number(actor, case, now=now)
    number = unicodedata.normalize("NFKC", number).strip()
    check_national_number(case, number)
    before = case.national_number
    if before == number:
        return case
    case.national_number = number
    try:
        with transaction.atomic():
            case.save(update_fields=["national_number"])
    except IntegrityError as error:
        if broken_by(error) != "national_number_once":
            raise
        raise taken_number("number") from error
    journal.record(
        actor,
        "note_national_number",
        case,
        before={"national_number": before},
        after={"national_number": number},
        now=now,
    )
    return case
