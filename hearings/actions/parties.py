"""Who takes part in a hearing. Names and telephone numbers stand in the rows alone."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.actions.video_seats import take_back_seat
from cases.models import Petitioner
from hall import journal
from hall.access import Actor, Refused
from hall.models import User, ref_of
from hearings import rules
from hearings.actions.locking import lock_hearing
from hearings.models import Hearing, HearingParty
from hearings.rules.parties import NewParty
from hearings.rules.scheduling import When, meeting_of
from staffing.actions.engagements import engage, release


@transaction.atomic
def add_party(*, actor: Actor, hearing_id: int, party: NewParty, now: dt.datetime) -> HearingParty:
    """A petitioner of the case with the name and number of the file, or somebody with those that are given.

    Staff of a unit with an account are taken for the hearing when it has its date.
    """
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_add_party(actor, hearing, party, now=now)
    name, phone = party.name.strip(), party.phone.strip()
    if party.kind == "petitioner":
        person = Petitioner.objects.get(pk=party.petitioner_id or 0)
        name, phone = person.name, phone or person.phone
    elif party.user_id is not None:
        name = name or User.objects.get(pk=party.user_id).name
    one = HearingParty.objects.create(
        hearing=hearing,
        kind=party.kind,
        petitioner_id=party.petitioner_id if party.kind == "petitioner" else None,
        department_id=party.department_id if party.kind == "unit" else None,
        user_id=party.user_id if party.kind == "unit" else None,
        name=name,
        phone=phone,
        note=party.note.strip(),
    )
    _engage_too(hearing, one, now=now)
    journal.record(
        actor,
        "add_party",
        one,
        stream=case,
        after={"kind": one.kind, "department": one.department_id},
        now=now,
    )
    return one


def _engage_too(hearing: Hearing, party: HearingParty, *, now: dt.datetime) -> None:
    if party.user_id is None or hearing.status != "scheduled":
        return
    if hearing.starts_at is None or hearing.ends_at is None:
        return
    try:
        when = When(starts_at=hearing.starts_at, ends_at=hearing.ends_at)
        engage(meeting_of(hearing, when), user_ids=[party.user_id], now=now)
    except Refused as refused:
        raise Refused(refused.reason, refused.kind, field="user") from None


@transaction.atomic
def remove_party(*, actor: Actor, party_id: int, reason: str, now: dt.datetime) -> HearingParty:
    """Takes part no more; the row stays, with what it received."""
    case, hearing = lock_hearing(HearingParty.objects.values_list("hearing", flat=True).get(pk=party_id))
    party = HearingParty.objects.get(pk=party_id)
    party.hearing = hearing
    rules.check_can_remove_party(actor, party, reason, now=now)
    party.removed_at = now
    party.save(update_fields=["removed_at"])
    if party.video_seat_id is not None:
        take_back_seat(actor=actor, seat_id=party.video_seat_id, reason=reason, now=now)
    if party.user_id is not None:
        release(ref_of(hearing), user_id=party.user_id, now=now)
    journal.record(
        actor, "remove_party", party, stream=case, after={"kind": party.kind}, reason=reason.strip(), now=now
    )
    return party
