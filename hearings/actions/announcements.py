"""The public is told of a public hearing, without a word about the people of the case."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from hall import journal
from hall.access import Actor
from hearings import rules
from hearings.actions.locking import lock_hearing
from hearings.actions.notices import tell_seats
from hearings.models import Announcement, Hearing, PublicSeat
from hearings.rules import PublicWords


@transaction.atomic
def announce_hearing(*, actor: Actor, hearing_id: int, words: PublicWords, now: dt.datetime) -> Announcement:
    """Publish it, or mend the words. Postponement, a new room, the end show by themselves.

    Raises Refused (unseen, role, state, input at its field).
    """
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_announce_hearing(actor, hearing, now=now)
    taken = PublicSeat.objects.standing().filter(hearing=hearing).count()
    words = rules.check_public_words(hearing, words, taken=taken)
    known = Announcement.objects.filter(hearing=hearing).first()
    one = known or Announcement(hearing=hearing, revision=0)
    one.title, one.attend, one.contact = words.title, words.attend, words.contact
    one.revision += 1
    one.revised_at, one.revised_by_id = now, actor.user_id
    one.save()
    hearing.public_seats = words.seats
    hearing.announced_at = hearing.announced_at or now
    hearing.save(update_fields=["public_seats", "announced_at"])
    after = {"title": words.title, "seats": words.seats, "revision": one.revision}
    journal.record(actor, "announce_hearing", hearing, stream=case, after=after, now=now)
    return one


def withdraw_announcement(hearing: Hearing, *, now: dt.datetime) -> None:
    """A hearing that is no longer public is no longer told of: a part of `set_openness`, which holds the locks and
    journals. Its page answers 404 from now on; who had a seat is told that it is not held in public.
    """
    if hearing.announced_at is None:
        return
    tell_seats("hearing_seat_closed", hearing, once=now.isoformat(), now=now)
    PublicSeat.objects.filter(hearing=hearing, status="asked").update(
        status="cancelled", name="", phone="", phone_index=None, erased_at=now
    )
    hearing.announced_at, hearing.public_seats = None, 0
    hearing.save(update_fields=["announced_at", "public_seats"])
