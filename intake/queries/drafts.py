"""A clerk's own unfinished registrations."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any

from hall.access import Actor
from intake.models import Draft

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A draft as the list shows it: enough to know which one it is."""

    token: uuid.UUID
    name: str
    title: str
    visit_id: int | None
    updated_at: dt.datetime
    files: int


def data_of(draft: Draft) -> dict[str, Any]:
    """What was typed: `fields` (name → values) and `materials` (facts of the files kept with it)."""
    data: dict[str, Any] = json.loads(draft.data) if draft.data else {}
    return {"fields": data.get("fields", {}), "materials": data.get("materials", [])}


def own_draft(actor: Actor, token: uuid.UUID) -> Draft | None:
    return Draft.objects.select_related("hall", "visit").filter(pk=token, user_id=actor.user_id or 0).first()


def draft_of_visit(actor: Actor, visit_id: int) -> Draft | None:
    """The latest draft that this clerk began for this visit."""
    return Draft.objects.filter(user_id=actor.user_id or 0, visit_id=visit_id).order_by("-updated_at").first()


def unfinished(actor: Actor, *, hall_id: int, but: uuid.UUID | None = None) -> list[Unfinished]:
    """The reader's own drafts in this hall, the latest first."""
    rows = Draft.objects.filter(user_id=actor.user_id or 0, hall_id=hall_id).order_by("-updated_at")
    shown = []
    for draft in rows[: MOST_SHOWN + 1]:
        if draft.pk == but:
            continue
        data = data_of(draft)
        fields = data["fields"]
        shown.append(
            Unfinished(
                token=draft.pk,
                name=_first(fields, "who-name"),
                title=_first(fields, "title"),
                visit_id=draft.visit_id,
                updated_at=draft.updated_at,
                files=len(data["materials"]),
            )
        )
    return shown


def _first(fields: dict[str, list[str]], name: str) -> str:
    return next((value.strip() for value in fields.get(name, ()) if value.strip()), "")
