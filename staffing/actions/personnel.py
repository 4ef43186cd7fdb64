"""Handover notes, personnel files with their photo, badges, duty statements."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from hall import journal, outbox
from hall.access import Actor
from hall.models import Counter, User
from staffing import rules
from staffing.actions.rota import locked_hall
from staffing.lifecycle import HANDOVER
from staffing.models import Badge, DutyStatement, Hall, HandoverNote, PersonnelFile, Posting

FOLDER = "photos"


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that was recognised by its bytes and freed of what else a camera writes into it."""

    data: bytes
    media_type: str


@transaction.atomic
def write_handover(
    *,
    actor: Actor,
    posting_id: int,
    to_id: int,
    papers: str,
    keys: str,
    accounts: str,
    matters: str,
    now: dt.datetime,
) -> HandoverNote:
    """The one who leaves writes and signs; written again until the other has signed, who is told."""
    posting = Posting.objects.select_for_update(of=("self",)).select_related("user").get(pk=posting_id)
    to = User.objects.get(pk=to_id)
    note = HandoverNote.objects.select_for_update(of=("self",)).filter(posting=posting).first()
    is_new = note is None
    note = note or HandoverNote(posting=posting, status="written")
    rules.check_can_write_handover(actor, posting, None if is_new else note, now=now)
    note.to, note.written_at = to, now
    note.papers, note.keys = papers.strip(), keys.strip()
    note.accounts, note.matters = accounts.strip(), matters.strip()
    rules.check_can_write_handover(actor, posting, note, to, now=now)
    note.save(force_insert=is_new)
    journal.record(
        actor,
        "write_handover",
        note,
        stream=posting.user,
        after={"to": to_id, "posting": posting_id},
        now=now,
    )
    outbox.post(
        "handover_written", to=to, context={"name": posting.user.name}, url=reverse("staffing:my-post"),
        once=f"handover_written/{note.pk}", now=now,
    )  # fmt: skip
    return note


@transaction.atomic
def accept_handover(*, actor: Actor, note_id: int, now: dt.datetime) -> HandoverNote:
    """The one who takes over signs: from here on nobody changes it."""
    note = HandoverNote.objects.locked(note_id)
    rules.check_can_accept_handover(actor, note, now=now)
    note.status, note.accepted_at = HANDOVER.target("accept_handover", note.status), now
    note.save(update_fields=["status", "accepted_at"])
    journal.record(
        actor, "accept_handover", note, stream=note.posting.user, after={"status": note.status}, now=now
    )
    return note


@transaction.atomic
def keep_personnel_file(
    *, actor: Actor, user_id: int, qualifications: str, photo: Photo | None = None, now: dt.datetime
) -> PersonnelFile:
    """Qualifications and the photo; without a new photo the old one stays."""
    user = User.objects.select_for_update().get(pk=user_id)
    rules.check_can_keep_personnel_file(actor, user, now=now)
    file = PersonnelFile.objects.filter(user=user).first() or PersonnelFile(user=user)
    file.qualifications, file.changed_at = qualifications.strip(), now
    if photo is not None:
        file.photo, file.photo_type = _keep(photo), photo.media_type
    file.save()
    journal.record(
        actor, "keep_personnel_file", file, stream=user, after={"new_photo": photo is not None}, now=now
    )
    return file


def _keep(photo: Photo) -> str:
    """Under its hash in the private root, whole or not at all; nothing in it is ever run or listed."""
    name = hashlib.sha256(photo.data).hexdigest()
    root = Path(settings.HALL_PRIVATE_ROOT)
    place = root / FOLDER / name[:2] / name
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=place.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(photo.data)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return str(place.relative_to(root))


@transaction.atomic
def issue_badge(*, actor: Actor, posting_id: int, now: dt.datetime) -> Badge:
    """A new badge with a number and a secret address; one made before is void from this moment (lost, worn out)."""
    posting = Posting.objects.select_for_update(of=("self",)).select_related("user").get(pk=posting_id)
    rules.check_can_issue_badge(actor, posting, now=now)
    Badge.objects.standing().filter(posting=posting).update(withdrawn_at=now)
    hall = Hall.objects.get(postings=posting)
    number = f"{hall.organ}{Counter.objects.next(f'badge/{hall.pk}'):04d}"
    badge = Badge.objects.create(posting=posting, number=number, issued_at=now)
    journal.record(actor, "issue_badge", badge, stream=posting.user, after={"number": number}, now=now)
    return badge


@transaction.atomic
def write_duty(
    *,
    actor: Actor,
    hall_id: int,
    role: str,
    text: str,
    text_en: str = "",
    from_on: dt.date,
    posting_id: int | None = None,
    now: dt.datetime,
) -> DutyStatement:
    """A new version of what a role, or one posting, answers for; the former ones stay."""
    hall = locked_hall(hall_id)
    posting = Posting.objects.filter(pk=posting_id).first() if posting_id else None
    duty = DutyStatement(
        hall=hall, role=role, posting=posting, text=text.strip(), text_en=text_en.strip(), from_on=from_on
    )
    rules.check_can_write_duty(actor, hall, duty, now=now)
    duty.save(force_insert=True)
    facts = {"role": role, "posting": posting_id, "from_on": from_on}
    journal.record(actor, "write_duty", duty, stream=hall, after=facts, now=now)
    return duty
