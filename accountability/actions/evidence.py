"""The files that come with a statement, an answer, a reply or a check: kept with it, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Model

from accountability.models import OWNERS, EvidenceFile
from cases.actions.materials import StoredFile
from cases.actions.store import NewFile, keep_file, path_of
from cases.queries.scans import check_is_there, waiting_scans
from hall.access import Actor

FOLDER = "evidence"
"""Within the private root: what the sweep of drafts goes through is `materials`."""
SentFile = NewFile | StoredFile
"""Of this sending of the form, or kept among the materials since an earlier one."""


def _kept(sent: SentFile) -> StoredFile:
    if isinstance(sent, NewFile):
        return keep_file(sent, FOLDER)
    place = path_of(sent.file)
    check_is_there(place, sent.file)
    with place.open("rb") as file:
        scanned = not waiting_scans().filter(file=sent.file).exists()
        new = NewFile(name=sent.name, media_type=sent.media_type, file=file, is_scanned=scanned)
        return keep_file(new, FOLDER)


def put_evidence(
    owner: Model, files: Sequence[SentFile], *, actor: Actor, now: dt.datetime
) -> dict[str, list[str]]:
    """Part of an action, after all its checks. The same bytes are one file.

    Returns what the journal says of them: their hashes, nothing where there are none. Never their names.
    """
    rows: dict[str, EvidenceFile] = {}
    for sent in files:
        kept = _kept(sent)
        rows.setdefault(
            kept.sha256,
            EvidenceFile(
                name=kept.name, media_type=kept.media_type, size=kept.size, sha256=kept.sha256, file=kept.file,
                at=now, by_id=actor.user_id, **{OWNERS[type(owner)]: owner},
            ),
        )  # fmt: skip
    EvidenceFile.objects.bulk_create(rows.values())
    return {"files": list(rows)} if rows else {}
