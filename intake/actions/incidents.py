"""What disturbed the order: written down, read on record, handed over with a receipt, answered, erased in time.

The journal says that there was one, of which kind and what was done with it; never which visit, never a word of it.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from hall import journal
from hall.access import PUBLIC, SYSTEM, Actor
from hall.erasing import in_batches
from hall.fields import origin_of
from intake.models import Visit
from intake.models.incidents import Incident, IncidentAccount, IncidentTally
from intake.rules import incidents as rules
from intake.rules.incidents import IncidentFacts
from staffing.actions import count_try, refuse_too_many
from staffing.models import Hall
from staffing.rules.complaints import ASKED_MOST, ASKED_WINDOW

KEPT = dt.timedelta(days=365)
"""Unless the keeper of security sets another period (docs/retention.md)."""


@transaction.atomic
def record_incident(
    *, actor: Actor, hall_id: int, facts: IncidentFacts, visit_id: int | None = None, now: dt.datetime
) -> Incident:
    """One occurrence, beside the visit where there was one. It changes nothing that the person may do."""
    hall = Hall.objects.get(pk=hall_id)
    visit = Visit.objects.filter(pk=visit_id).first() if visit_id else None
    rules.check_can_record_incident(actor, hall.pk, facts, visit=visit, now=now)
    incident = Incident.objects.create(
        hall=hall, visit=visit, kind=facts.kind, happened_at=facts.happened_at, room_id=facts.room_id,
        place=facts.place.strip(), what_happened=facts.what_happened.strip(), staff_did=facts.staff_did.strip(),
        people_present=facts.people_present.strip(), measures=sorted(set(facts.measures)), at=now,
        by_id=actor.user_id,
    )  # fmt: skip
    _count(incident, 1)
    said = {"hall": hall.code, "kind": incident.kind, "measures": incident.measures}
    journal.record(actor, "record_incident", incident, after=said, now=now)
    return incident


def _count(incident: Incident, by: int) -> None:
    month = timezone.localdate(incident.happened_at).replace(day=1)
    # Two who write at once: the row is made by one of them, and both add to it.
    row, _made = IncidentTally.objects.get_or_create(
        hall_id=incident.hall_id, month=month, kind=incident.kind
    )
    IncidentTally.objects.filter(pk=row.pk).update(count=F("count") + by)


@transaction.atomic
def read_incident(*, actor: Actor, incident_id: int, reason: str, now: dt.datetime) -> Incident:
    """The words, for this once; who looked, when and what for stands in the record of looks."""
    incident = Incident.objects.select_related("room", "by", "handed_by").get(pk=incident_id)
    rules.check_can_read_incident(actor, incident, reason, now=now)
    journal.record(actor, "read_incident", incident, reason=reason.strip(), now=now)
    return incident


@transaction.atomic
def hand_over_incident(*, actor: Actor, incident_id: int, danger: bool = False, now: dt.datetime) -> Incident:
    """To the police room; the paper that goes along carries the code by which it confirms."""
    incident = Incident.objects.locked(incident_id)
    rules.check_can_hand_over_incident(actor, incident, danger, now=now)
    incident.handed_at, incident.handed_by_id, incident.danger = now, actor.user_id, danger
    incident.save(update_fields=["handed_at", "handed_by", "danger"])
    journal.record(actor, "hand_over_incident", incident, after={"danger": danger}, now=now)
    return incident


def find_handed(*, token: uuid.UUID, address: str, now: dt.datetime) -> Incident | None:
    """What was handed over with this code, or None. Wrong codes count against their origin. Raises Refused(busy).

    Whoever has a good one is never shut out: the police room may come from the address of the whole hall.
    """
    handed = Incident.objects.filter(handed_at__isnull=False).select_related("hall", "room")
    if (found := handed.filter(receipt_token=token).first()) is None:
        with transaction.atomic():
            refuse_too_many("receipt", origin_of(address), ASKED_MOST, ASKED_WINDOW, now=now)
            count_try("receipt", origin_of(address), now=now)
    return found


@transaction.atomic
def receive_incident(
    *,
    actor: Actor,
    incident_id: int,
    taken_by: str,
    receipt_number: str,
    taken_at: dt.datetime,
    now: dt.datetime,
) -> Incident:
    """Who of the police took over, when, under which number: said by the police room, or taken from its paper."""
    incident = Incident.objects.locked(incident_id)
    rules.check_can_receive_incident(actor, incident, taken_by, receipt_number, taken_at, now=now)
    incident.taken_by, incident.receipt_number = taken_by.strip(), receipt_number.strip()
    incident.taken_at, incident.receipt_way = taken_at, "room" if actor == PUBLIC else "paper"
    incident.save(update_fields=["taken_by", "receipt_number", "taken_at", "receipt_way"])
    said = {"receipt_number": incident.receipt_number, "way": incident.receipt_way}
    journal.record(actor, "receive_incident", incident, after=said, now=now)
    return incident


@transaction.atomic
def add_account(
    *, actor: Actor, incident_id: int, words: str, way: str, paper_at: str = "", now: dt.datetime
) -> IncidentAccount:
    """The person's own words beside the record; nobody else's are put in their place."""
    incident = Incident.objects.locked(incident_id)
    rules.check_can_add_account(actor, incident, words, way, paper_at, now=now)
    account = IncidentAccount.objects.create(
        incident=incident,
        words=words.strip(),
        way=way,
        paper_at=paper_at.strip(),
        at=now,
        by_id=actor.user_id,
    )
    journal.record(actor, "add_account", incident, after={"way": way}, now=now)
    return account


@transaction.atomic
def erase_incident(
    *, actor: Actor, incident_id: int, reason: str, mistaken: bool = False, now: dt.datetime
) -> None:
    """Before its time; what was a mistake is not counted either."""
    incident = Incident.objects.locked(incident_id)
    rules.check_can_erase_incident(actor, incident, reason, now=now)
    if mistaken:
        _count(incident, -1)
    journal.record(
        actor, "erase_incident", incident, after={"mistaken": mistaken}, reason=reason.strip(), now=now
    )
    _erase([incident.pk])


def due_incidents(*, now: dt.datetime, kept: dt.timedelta = KEPT) -> QuerySet[Incident]:
    return Incident.objects.filter(happened_at__lt=now - kept)


def erase_incidents(*, actor: Actor = SYSTEM, now: dt.datetime, kept: dt.timedelta = KEPT) -> int:
    """What is older than the hall keeps it goes, with the person's own words; the count stays."""
    rules.check_can_erase_incidents(actor, now=now)

    def erase(rows: QuerySet[Incident]) -> None:
        for incident in rows:
            journal.record(actor, "erase_incidents", incident, now=now)
        _erase([incident.pk for incident in rows])

    return in_batches(due_incidents(now=now, kept=kept), erase)


def _erase(ids: list[int]) -> None:
    """The database lets incidents go while this is set, and for no longer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('hall.erasing', 'on', true)")
        Incident.objects.filter(pk__in=ids).delete()
        cursor.execute("SELECT set_config('hall.erasing', '', true)")
