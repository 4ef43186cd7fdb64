"""Half-typed registrations keep themselves: one encrypted row per form, its clerk's own, gone when registered."""

from __future__ import annotations

import datetime as dt
import json
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from cases.actions import StoredFile
from cases.actions.store import NewFile, keep_file
from cases.models import Case, Material
from hall import journal
from hall.access import Actor
from hall.batch import Ask
from hall.erasing import delete, in_batches
from intake.models import Draft
from intake.queries.drafts import data_of
from intake.rules import registration as rules
from staffing.models import Hall

log = logging.getLogger("intake.drafts")

KEPT = dt.timedelta(days=7)
"""An abandoned draft holds personal data for no purpose any more (PIPL art. 19)."""


@transaction.atomic
def save_draft(
    *,
    actor: Actor,
    token: uuid.UUID,
    hall_id: int,
    visit_id: int | None,
    fields: Mapping[str, Sequence[str]],
    revision: int,
    now: dt.datetime,
    uploads: Sequence[NewFile] = (),
    dropped: Sequence[str] = (),
) -> Draft:
    """Save what is typed so far on top of the revision that was read; uploads join those that are kept already.

    Raises Refused (state) when another tab saved in between, or when the form was registered meanwhile. Only the
    first saving is journalled; a trace of every pause in typing would be noise.
    """
    hall = Hall.objects.get(pk=hall_id)
    draft = Draft.objects.select_for_update().filter(pk=token).first()
    registered = Case.objects.filter(form_token=token).exists()
    rules.check_can_save_draft(actor, hall, draft, revision=revision, registered=registered)
    begun = draft is None
    if draft is None:
        draft = Draft(token=token, user_id=actor.user_id or 0, hall=hall, visit_id=visit_id)
    files = {file.sha256: file for file in files_of(draft) if file.sha256 not in dropped}
    for new in uploads:
        stored = keep_file(new)
        files.setdefault(stored.sha256, stored)
    data = {
        "fields": {name: list(values) for name, values in fields.items()},
        "materials": [asdict(file) for file in files.values()],
    }
    draft.data = json.dumps(data, ensure_ascii=False)
    draft.revision += 1
    draft.updated_at = now
    draft.save(force_insert=begun)
    if begun:
        journal.record(actor, "save_draft", draft, stream=f"user:{actor.user_id}", now=now)
    return draft


def files_of(draft: Draft) -> list[StoredFile]:
    """The files that came with earlier sendings of this form."""
    return [StoredFile(**facts) for facts in data_of(draft)["materials"]] if draft.data else []


@transaction.atomic
def discard_draft(*, actor: Actor, token: uuid.UUID, now: dt.datetime) -> None:
    """Throw one's own draft away; that it was, is on record, what it said is not."""
    draft = Draft.objects.select_for_update().filter(pk=token).first()
    if draft is None:
        return
    rules.check_can_discard_draft(actor, draft)
    journal.record(actor, "discard_draft", draft, stream=f"user:{actor.user_id}", now=now)
    draft.delete()


def due_drafts(*, now: dt.datetime, kept: dt.timedelta = KEPT) -> QuerySet[Draft]:
    return Draft.objects.filter(updated_at__lt=now - kept)


def clear_drafts(*, now: dt.datetime, kept: dt.timedelta = KEPT) -> tuple[int, int]:
    """Remove drafts nobody touched for a week, then files that neither a case nor a draft names any more.

    Returns how many drafts and files went. A file younger than a day stays: its row may be about to be written.
    """
    old = in_batches(due_drafts(now=now, kept=kept), delete)
    named = {file.sha256 for draft in Draft.objects.all().iterator() for file in files_of(draft)}
    folder, removed = Path(settings.HALL_PRIVATE_ROOT) / "materials", 0
    for path in folder.glob("*/*") if folder.is_dir() else ():
        written = dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC)
        if written > now - dt.timedelta(days=1) or path.name in named:
            continue
        if not Material.objects.filter(sha256=path.name).exists():
            path.unlink(missing_ok=True)
            removed += 1
    log.info("drafts cleared: %s, files removed: %s", old, removed)
    return old, removed


def draft_gone(actor: Actor, token: uuid.UUID) -> Ask[None]:
    """Part of registering: the draft has become a case."""
    return Ask(
        "DELETE FROM intake_draft WHERE token = %s AND user_id = %s",
        [token, actor.user_id or 0],
        lambda _rows: None,
    )
