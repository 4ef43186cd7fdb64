"""Watching a recording: for a reason, on record with the case, with each person of it, and in a log of its own."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.models import CaseParty, Recording, RecordingLook
from cases.rules import recordings as rules
from hall import journal
from hall.access import Actor, get_visible


@transaction.atomic
def watch_recording(*, actor: Actor, recording_id: int, reason: str, now: dt.datetime) -> RecordingLook:
    """Open it for the reader, for some hours. Raises Refused (unseen, state, input at reason)."""
    rows = Recording.objects.visible_to(actor).select_related("room", "case")
    one = get_visible(rows, pk=recording_id)
    rules.check_can_watch_recording(actor, one, now=now)
    reason = rules.check_look(reason)
    look = RecordingLook.objects.create(
        recording=one,
        user_id=actor.user_id or 0,
        reason=reason,
        at=now,
        until=now + dt.timedelta(hours=rules.WATCH_HOURS),
    )
    journal.record(actor, "watch_recording", one, stream=one.case or one.room, reason=reason, now=now)
    if one.case is not None:
        parties = CaseParty.objects.filter(case=one.case).select_related("petitioner").order_by("id")
        for person in {party.petitioner_id: party.petitioner for party in parties}.values():
            after = {"case": one.case.number}
            journal.record(actor, "watch_recording", one, stream=person, after=after, reason=reason, now=now)
    return look
