"""Kept files and the virus scanner: which wait for it, and which were taken away."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.models import FileScan
from hall.access import Refused


def check_is_there(place: Path, file: str) -> None:
    """The bytes lie where their row says. Raises Refused(state) with what became of them."""
    if place.is_file():
        return
    if FileScan.objects.filter(file=file, state="infected").exists():
        raise Refused(_("这份材料收下之后查出病毒，已经隔离，不能打开。请联系提交人重新提供。"), "state")
    raise Refused(_("材料文件不在存储中，请联系系统管理员从备份恢复。"), "state")


def waiting_scans() -> QuerySet[FileScan]:
    """Those that nobody has looked at, the one that has waited longest first."""
    return FileScan.objects.filter(state="waiting").order_by("asked_at", "pk")


def quarantined(now: dt.datetime, kept: dt.timedelta) -> QuerySet[FileScan]:
    """Infected files whose bytes are still in the quarantine although their time there is over."""
    return FileScan.objects.filter(state="infected", gone_at=None, looked_at__lte=now - kept)
