"""Show the virus scanner every kept file that it never saw; after an incident, again those it saw before a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cases import actions
from cases.queries.scans import found_since, waiting_scans

BATCH = 50


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} 不是日期，应当写成 2026-11-28。") from error


class Command(BaseCommand):
    help = (
        "Show the virus scanner all kept files that it never saw, in small batches. May be stopped at any time and"
        " started again: it goes on where it was. The worker does the same, more slowly, by itself."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--before", help="a day (2026-11-28): also those that were last looked at before it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.HALL_CLAMAV:
            raise CommandError("没有设置HALL_CLAMAV，没有病毒检查程序可问。见docs/uploads.md。")
        began, before = timezone.now(), None
        if options["before"]:
            midnight = dt.datetime.combine(
                _day(options["before"]), dt.time(), timezone.get_current_timezone()
            )
            before = min(midnight, began)
        self.stdout.write(f"从未检查过的文件：{actions.rescan_files(now=began)}个。")
        looked = 0
        while some := actions.scan_files(now=began, before=before, most=BATCH):
            looked += some
            self.stdout.write(f"已检查{looked}个。")
        infected, left = found_since(began), waiting_scans().count()
        self.stdout.write(f"完成：检查{looked}个，发现病毒{infected}个，还有{left}个未能检查。")
        if left:
            raise CommandError(
                "病毒检查程序没有应答，或者文件不能解密（见日志）。处理后重新运行，从停下的地方继续。"
            )
