"""A file that another body will name: sent first, looked at like every upload, and kept for half a day.

So a proof of service, an answer to a supervision or a check on the spot takes its files along in JSON. What nobody
names is removed by the sweep of drafts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from cases.actions.materials import StoredFile
from cases.actions.store import keep_file
from cases.forms.materials import read_file
from hall.access import Actor, Refused
from hall.machines import Act, Sent
from hall.machines.files import Upload

HANDLE = "uploads:handle"


def _kept(actor: Actor, ids: Mapping[str, int], upload: UploadedFile[Any], now: dt.datetime) -> StoredFile:
    """Who holds no post has nothing to send a file for."""
    if not actor.held:
        raise Refused(_("您今天没有岗位，不能上传文件。"), "role")
    try:
        return keep_file(read_file(upload))
    except ValidationError as error:
        raise Refused(" ".join(error.messages), "input", field="file") from None


def keep_upload(*, actor: Actor, file: StoredFile, now: dt.datetime) -> Upload:
    """Send a file; its `upload` stands for it in the sender's own bodies for 12 hours, in as many as there are.

    Nothing of the house changes: what the file belongs to says the verb that names it.
    """
    return Upload(file.signed(actor.user_id or 0, now))


UPLOADS = (Act("uploads/", keep_upload, HANDLE, sent=Sent("file", _kept)),)
