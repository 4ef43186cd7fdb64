"""Papers and files of a case: the bytes lie under their hash outside the web root, the row says what they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case, Material
from cases.rules import check_can_add_material
from hall import journal
from hall.access import Actor, Refused

_SALT = "cases.stored-file"
KEPT_FOR = dt.timedelta(hours=12)
"""How long a file that a machine has sent waits to be named; the sweep of drafts removes it after a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that is already stored and sniffed. `file` is relative to the private root."""

    of_the_house: ClassVar[bool] = True
    name: str
    media_type: str
    size: int
    sha256: str
    file: str

    def signed(self, user_id: int, now: dt.datetime) -> str:
        """What that person names it by in another body."""
        return signing.dumps([user_id, now.timestamp(), asdict(self)], salt=_SALT, compress=True)

    @classmethod
    def named(cls, text: str, user_id: int, now: dt.datetime) -> StoredFile:
        """See `signed`. Raises Refused(input): of somebody else, too old, or no name of ours."""
        try:
            whose, at, facts = signing.loads(text, salt=_SALT)
        except signing.BadSignature:
            whose, at, facts = None, 0, {"file": ""}
        is_late = at < (now - KEPT_FOR).timestamp()
        if whose != user_id or is_late or not (Path(settings.HALL_PRIVATE_ROOT) / facts["file"]).is_file():
            raise Refused(_("没有这份上传的文件，或者已过保留时间，请重新上传。"), "input")
        return cls(**facts)


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
