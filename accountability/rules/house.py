"""Who sees how the house itself fares."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from staffing.lifecycle import ADMINISTRATOR


def check_sees_status(actor: Actor) -> None:
    """Who keeps it running: it says nothing of any matter, and nothing that the others could mend."""
    if not (actor.is_superuser or actor.has(ADMINISTRATOR)):
        raise Refused(_("系统运行状况由系统管理员查看。"), "role")
