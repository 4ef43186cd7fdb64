"""Papers and files of a case: the bytes lie under their hash outside the web root, the row says what they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from django.db import transaction

from cases.models import Case, Material
from cases.rules import check_can_add_material
from hall import journal
from hall.access import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that is already stored and sniffed. `file` is relative to the private root."""

    of_the_house: ClassVar[bool] = True
    name: str
    media_type: str
    size: int
    sha256: str
    file: str


@transaction.atomic
def add_material(*, actor: Actor, case_id: int, file: StoredFile, now: dt.datetime) -> Material:
    """Put a file into the case. The same bytes a second time are the same material."""
    case = Case.objects.locked(case_id)
    check_can_add_material(actor, case, now=now)
    return put_material(case, file, actor=actor, now=now)


def put_material(case: Case, file: StoredFile, *, actor: Actor, now: dt.datetime) -> Material:
    """A part of an action that brings a file with it; the caller holds the case's lock and has asked its own rule."""
    if known := case.materials.filter(sha256=file.sha256).first():
        return known
    material = Material(
        case=case,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        file=file.file,
        added_by_id=actor.user_id,
        added_at=now,
    )
    material.save(force_insert=True)
    facts = {"name": file.name, "media_type": file.media_type, "size": file.size, "sha256": file.sha256}
    journal.record(actor, "add_material", material, stream=case, after=facts, now=now)
    return material
