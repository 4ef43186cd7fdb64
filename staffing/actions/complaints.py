"""Complaints about service and conduct: filed by anybody, answered or forwarded within the hall's own period.

The receipt code is made from the form (`public_forms`) and stored as a hash: nobody in the house can look one up.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from hall import journal, outbox
from hall.access import Actor
from hall.erasing import delete, in_batches
from hall.fields import keyed, origin_of
from hall.models import User
from staffing import queries, rules
from staffing.actions.public_forms import CODES_WINDOW, code_of, count_try, plain_code, refuse_too_many
from staffing.lifecycle import COMPLAINT, HALL_MANAGER, SUPERVISOR
from staffing.models import Complaint, Hall, PublicTry
from staffing.rules.complaints import ASKED_MOST, ASKED_WINDOW, FILED_MOST, FILED_WINDOW, Said

# -- limits ------------------------------------------------------------------------------------------------------


def due_tries(*, now: dt.datetime) -> QuerySet[PublicTry]:
    return PublicTry.objects.filter(at__lte=now - max(FILED_WINDOW, ASKED_WINDOW, CODES_WINDOW))


def forget_tries(*, now: dt.datetime) -> int:
    """Tries that no limit counts any more are deleted."""
    return in_batches(due_tries(now=now), delete)


# -- the verbs ---------------------------------------------------------------------------------------------------


@transaction.atomic
def file_complaint(*, actor: Actor, hall_id: int, said: Said, address: str, now: dt.datetime) -> Complaint:
    """Keep it, tell those who answer it. The same form again is the same complaint.

    Who is signed in is not recorded: a complaint is nobody's unless a name was written into it. Raises Refused
    (input at its field; busy).
    """
    hall = Hall.objects.get(pk=hall_id)
    if (known := Complaint.objects.filter(form_token=said.token, hall=hall).first()) is not None:
        return known
    rules.check_can_file_complaint(actor, hall, said, now=now)
    origin = origin_of(address)
    refuse_too_many("file", origin, FILED_MOST, FILED_WINDOW, now=now)
    today = timezone.localdate(now)
    facts = {
        "hall": hall,
        "code_index": keyed("complaint-code", code_of(said.token)),
        "about": said.about,
        "about_manager": said.about_manager,
        "text": said.text.strip(),
        "happened_on": said.happened_on,
        "happened_at": said.happened_at.strip(),
        "window_id": said.window_id,
        "name": said.name.strip(),
        "phone": said.phone,
        "page": said.page,
        "language": said.language,
        "received_at": now,
        "due_on": queries.due_day(hall, today),
    }
    complaint, new = Complaint.objects.get_or_create(form_token=said.token, defaults=facts)
    if new:
        count_try("file", origin, now=now)
        after = {"about": said.about, "about_manager": said.about_manager, "due_on": complaint.due_on}
        entry = journal.record(actor, "file_complaint", complaint, after=after, now=now)
        context = {"about": said.about, "due_on": complaint.due_on.isoformat()}
        outbox.post(
            "complaint_filed", to=_who_answers(complaint, today), context=context,
            url=f"/complaints/{complaint.pk}/", once=f"complaint_filed/{entry.pk}", now=now,
        )  # fmt: skip
    return complaint


def _who_answers(complaint: Complaint, today: dt.date) -> list[User]:
    roles = (SUPERVISOR,) if complaint.about_manager else (SUPERVISOR, HALL_MANAGER)
    found: dict[int, User] = {}
    for role in roles:
        for user in queries.holders(role, hall_id=complaint.hall_id, day=today):
            found[user.pk] = user
    return list(found.values())


@transaction.atomic
def answer_complaint(*, actor: Actor, complaint_id: int, answer: str, now: dt.datetime) -> Complaint:
    """What was found and what is done; whoever has the receipt code reads it, a phone that was left is told."""
    complaint = Complaint.objects.locked(complaint_id)
    rules.check_can_answer_complaint(actor, complaint, answer=answer, now=now)
    return _end(complaint, "answer_complaint", actor=actor, answer=answer, to="", now=now)


@transaction.atomic
def forward_complaint(
    *, actor: Actor, complaint_id: int, to: str, answer: str, now: dt.datetime
) -> Complaint:
    """It goes to discipline inspection; the complainant reads that it did, and why."""
    complaint = Complaint.objects.locked(complaint_id)
    rules.check_can_forward_complaint(actor, complaint, to=to, answer=answer, now=now)
    return _end(complaint, "forward_complaint", actor=actor, answer=answer, to=to, now=now)


def _end(
    complaint: Complaint, verb: str, *, actor: Actor, answer: str, to: str, now: dt.datetime
) -> Complaint:
    before, complaint.status = complaint.status, COMPLAINT.target(verb, complaint.status)
    complaint.answer, complaint.forwarded_to = answer.strip(), to.strip()
    complaint.answered_at, complaint.answered_by_id = now, actor.user_id
    complaint.save(update_fields=["status", "answer", "forwarded_to", "answered_at", "answered_by"])
    after = {"status": complaint.status, "forwarded_to": complaint.forwarded_to}
    entry = journal.record(actor, verb, complaint, before={"status": before}, after=after, now=now)
    if complaint.phone:
        context = {
            "hall": complaint.hall.name,
            "hall_en": complaint.hall.name_en,
            "page": outbox.address_of("staffing:complaint-answer"),
        }
        phone = outbox.Phone(complaint.phone, complaint.language)
        outbox.post("complaint_answered", to=phone, context=context, once=f"{verb}/{entry.pk}", now=now)
    return complaint


# -- asking ------------------------------------------------------------------------------------------------------


def find_complaint(*, code: str, address: str, now: dt.datetime) -> Complaint | None:
    """The complaint of a receipt code, or None. Wrong codes count against their origin. Raises Refused(busy)."""
    origin = origin_of(address)
    with transaction.atomic():
        refuse_too_many("ask", origin, ASKED_MOST, ASKED_WINDOW, now=now)
        found = (
            Complaint.objects.filter(code_index=keyed("complaint-code", plain_code(code)))
            .select_related("hall", "window")
            .first()
        )
        if found is None:
            count_try("ask", origin, now=now)
    return found
