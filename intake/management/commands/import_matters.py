"""`manage.py import_matters FILE.csv --hall CODE [--json]`: real letters in, each registered as a clerk would."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hall.access import SYSTEM, Actor, Refused
from hall.models import User
from intake.actions.import_matters import MatterRow, import_matter
from intake.forms.matters_file import MattersFile, Rejected, Unreadable, open_matters
from staffing.models import Hall
from staffing.queries import actor_of


class Command(BaseCommand):
    help = (
        "导入来信：CSV文件，列 id、subject、text、sent_at，可选 level_1、level_2、level_3、category、name、id_number、"
        "phone、address、place、purpose；编码UTF-8或GB18030。中断后再次运行即可，已登记的跳过。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--hall", required=True, metavar="CODE", help="登记到哪个大厅（大厅代码）")
        parser.add_argument(
            "--channel", choices=["online", "letter"], default="online", help="信访形式，缺省为网信"
        )
        parser.add_argument(
            "--received-from",
            choices=["today", "sent_at"],
            default="today",
            help="期限从哪天起算：today（缺省）为导入之日，即信访部门收到之日；sent_at为文件中的来件时间",
        )
        parser.add_argument(
            "--as", dest="username", metavar="USERNAME", help="以哪位登记员的名义登记，缺省为系统"
        )
        parser.add_argument("--json", action="store_true", help="结果以JSON写到标准输出")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        hall = Hall.objects.filter(code=options["hall"]).first()
        if hall is None:
            known = (
                "、".join(Hall.objects.values_list("code", flat=True))
                or "（还没有大厅，先运行 load_demo 或在后台建立）"
            )
            raise CommandError(f"没有代码为“{options['hall']}”的大厅。现有：{known}")
        file = _opened(options["file"])
        if file.ignored:
            self.stderr.write(f"未使用的列：{'、'.join(file.ignored)}")
        report = self._run(file, hall, _actor(options["username"], now), options, now)
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            self._table(report)

    def _run(
        self, file: MattersFile, hall: Hall, actor: Actor, options: dict[str, Any], now: dt.datetime
    ) -> dict[str, Any]:
        registered = skipped = unknown = 0
        rejected: list[dict[str, Any]] = []
        progress = Progress(len(file), quiet=options["verbosity"] == 0)
        for record in file.records(now=now):
            if isinstance(record, Rejected):
                rejected.append({"line": record.line, "reason": record.reason})
            else:
                try:
                    done = import_matter(
                        actor=actor,
                        hall_id=hall.pk,
                        row=record,
                        channel=options["channel"],
                        received_on=_received(record, options["received_from"], now),
                        now=timezone.now(),
                    )
                except Refused as refused:
                    rejected.append({"line": record.line, "reason": str(refused)})
                else:
                    registered, skipped = registered + done.is_new, skipped + (not done.is_new)
                    unknown += done.category_unknown
            progress.step(registered, skipped, len(rejected))
        progress.close(registered, skipped, len(rejected))
        if unknown:
            self.stderr.write(
                f"有{unknown}件的分类不在内容分类表中，未填分类（先运行 load_categories 可避免）"
            )
        return {"registered": registered, "skipped": skipped, "rejected": rejected}

    def _table(self, report: dict[str, Any]) -> None:
        rejected = report["rejected"]
        self.stdout.write(
            f"已登记  {report['registered']}\n已跳过  {report['skipped']}\n未收下  {len(rejected)}"
        )
        for row in rejected:
            self.stdout.write(f"  第{row['line']}行  {row['reason']}")


def _opened(path: Path) -> MattersFile:
    try:
        return open_matters(path.read_bytes())
    except OSError as error:
        raise CommandError(f"读不到文件 {path}：{error.strerror}") from error
    except Unreadable as error:
        raise CommandError(f"{path}：{error}") from error


def _actor(username: str | None, now: dt.datetime) -> Actor:
    if not username:
        return SYSTEM
    user = User.objects.filter(username=username.strip().lower(), is_active=True).first()
    if user is None:
        raise CommandError(f"没有用户“{username}”")
    return actor_of(user, today=timezone.localdate(now))


def _received(row: MatterRow, source: str, now: dt.datetime) -> dt.date:
    """The periods run from receipt by the petition office (第二十二条): the day of the import by default."""
    return timezone.localdate(row.sent_at if source == "sent_at" else now)


class Progress:
    """How far it is, on stderr: a line that rewrites itself on a terminal, every 50th row in a log."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self.total, self.quiet, self.done = max(total, 1), quiet, 0
        self.on_terminal = sys.stderr.isatty()

    def step(self, registered: int, skipped: int, rejected: int) -> None:
        self.done += 1
        if self.quiet:
            return
        if self.on_terminal:
            width = max(min(shutil.get_terminal_size().columns - 50, 40), 10)
            filled = min(width * self.done // self.total, width)
            bar = "█" * filled + "░" * (width - filled)
            sys.stderr.write(f"\r{bar} {self.done}  登记{registered} 跳过{skipped} 未收{rejected} ")
            sys.stderr.flush()
        elif self.done % 50 == 0:
            sys.stderr.write(f"{self.done}行：登记{registered}，跳过{skipped}，未收下{rejected}\n")

    def close(self, registered: int, skipped: int, rejected: int) -> None:
        if not self.quiet:
            sys.stderr.write(
                "\n"
                if self.on_terminal
                else f"共{self.done}行：登记{registered}，跳过{skipped}，未收下{rejected}\n"
            )
