"""The devices of a hall as a list, and the readers that a clerk may use."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from hall.access import Actor
from staffing.models import Device, Hall

LOST = dt.timedelta(minutes=10)
"""Not heard of for so long: something is wrong with it or with its network."""


def find_devices(actor: Actor, hall: Hall, *, kind: str = "", state: str = "used") -> QuerySet[Device]:
    """The newest first. `state`: used, waiting (for its code), revoked or "" for all."""
    found = Device.objects.visible_to(actor).filter(hall=hall)
    if kind:
        found = found.filter(kind=kind)
    if state == "revoked":
        found = found.filter(revoked_at__isnull=False)
    elif state:
        found = found.filter(revoked_at=None)
    if state == "waiting":
        found = found.filter(~Q(kind="printer"), enrolled_at=None)
    return found.select_related("window", "printer").order_by("-pk")
