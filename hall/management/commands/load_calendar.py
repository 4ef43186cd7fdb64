"""Load the official working calendar: what chinesecalendar publishes, or one arrangement from a CSV file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hall import journal
from hall.access import SYSTEM, Actor
from hall.clock import PACKAGE, Arrangement, BadArrangement, Calendar, arranged, from_csv, packaged, say
from hall.models import CalendarDay, statutory_calendar


def read_file(path: Path, source: str) -> Arrangement:
    """The arrangement in a CSV file; a `CommandError` says what is wrong in which line."""
    try:
        return from_csv(path.read_bytes(), source=source or path.name)
    except OSError as error:
        raise CommandError(_("无法读取%(path)s：%(why)s") % {"path": path, "why": error.strerror}) from error
    except BadArrangement as error:
        language = get_language() or "zh-hans"
        raise CommandError("\n".join([str(path), *(say(it, language) for it in error.problems)])) from error


def unimported(calendar: Calendar) -> Arrangement:
    """What the package says of the years that no official file was imported for; an import is never undone."""
    published = packaged()
    return published.only({y for y in published.sources if PACKAGE in calendar.sources.get(y, PACKAGE)})


@transaction.atomic
def put_in_force(calendar: Calendar, *, actor: Actor, now: dt.datetime) -> None:
    """From now on every process computes with this calendar; the journal's stream `calendar` says since when."""
    CalendarDay.objects.replace(calendar)
    published = {str(year): source for year, source in calendar.sources.items()}
    journal.record(
        actor,
        "load_calendar",
        CalendarDay(pk=max(calendar.days)),
        stream="calendar",
        after={"version": calendar.version, "published": published},
        now=now,
    )


class Command(BaseCommand):
    help = "Load the official working calendar (CalendarDay); running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--csv", type=Path, metavar="FILE", help="an arrangement: date,kind,name")
        parser.add_argument(
            "--source", default="", help="the notice it comes from (default: the file's name)"
        )

    def handle(self, *args: Any, csv: Path | None, source: str, **options: Any) -> None:
        before = statutory_calendar()
        after = arranged(before, read_file(csv, source) if csv else unimported(before))
        changed = after.version != before.version
        if changed or not CalendarDay.objects.exists():
            put_in_force(after, actor=SYSTEM, now=timezone.now())
        facts = {"first": min(after.sources), "last": max(after.sources), "days": len(after.days)}
        self.stdout.write(_("工作日历：%(first)d年至%(last)d年，特殊日期%(days)d个。") % facts)
        if changed:
            self.stdout.write(_("日历有变化，请运行 import_calendar 查看受影响的期限。"))
