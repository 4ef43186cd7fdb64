"""What is done with the scanner's word while a form waits: an infected file is refused, and one that nobody looked at
is refused or marked for later, as HALL_CLAMAV_REQUIRED says."""

from __future__ import annotations

import logging
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hall.uploads.clamav import Away, Version, scan, version

log = logging.getLogger("hall.uploads")
PATIENCE = 2.0
"""So long a page that tells how the house fares waits for it."""


def is_on() -> bool:
    return bool(settings.HALL_CLAMAV)


def ask(file: IO[bytes]) -> str:
    """The name of what the scanner found, "" when it is clean. Raises Away."""
    return scan(file, address=settings.HALL_CLAMAV, seconds=settings.HALL_CLAMAV_SECONDS)


def itself() -> Version:
    """What the scanner is, and how old its signatures are. Raises Away."""
    return version(address=settings.HALL_CLAMAV, seconds=min(PATIENCE, settings.HALL_CLAMAV_SECONDS))


def is_scanned(file: IO[bytes], name: str) -> bool:
    """False: it is to be looked at later. Raises ValidationError in words when it is not taken."""
    if not is_on():
        return True
    try:
        found = ask(file)
    except Away as away:
        log.warning("the virus scanner did not answer: %s", away)
        if settings.HALL_CLAMAV_REQUIRED:
            raise ValidationError(
                _("病毒检查暂时没有应答，“%(name)s”未收下。请过几分钟再上传；急件请改用纸质材料。")
                % {"name": name}
            ) from None
        return False
    if found:
        log.warning("an upload was refused, the virus scanner found %s", found)
        raise ValidationError(
            _("“%(name)s”里发现病毒，未收下。请换一台电脑重新制作，或者打印出来交到窗口。") % {"name": name}
        )
    return True
