"""Two months of a hall in minutes: `manage.py simulate --days 60 --visits-per-day 40 --seed 1 [--json]`.

At the end the invariants are counted, and the findings are compared with the breaches that the play has planted: the
status is 1 when one does not hold, or one is missing, or one is too many.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accountability.actions import set_findings_from
from accountability.management.commands.load_demo import REFERENCE
from accountability.management.simulation_findings import Comparison
from accountability.management.simulation_play import PRELUDE, Planting
from cases.models import Case
from hall.access import SYSTEM
from intake.management.demo.house import House
from intake.management.simulation.checks import Check, run_all
from intake.management.simulation.front import Front
from intake.management.simulation.lives import Lives
from intake.management.simulation.timetable import Timetable
from intake.models import Ticket


def judge(table: Timetable, found: list[Check], compared: Comparison) -> None:
    """What makes the status 1. Raises CommandError."""
    if table.refused or not all(check.holds for check in found):
        raise CommandError(
            "有不变量不成立，或者有意外的拒绝。 / An invariant does not hold, or an act was refused."
        )
    if not compared.holds:
        raise CommandError(
            "查出的逾期与埋下的不一致。 / The findings are not the breaches that were planted."
        )


class Command(BaseCommand):
    help = (
        "用真实的操作演一段时间的大厅，并核对不变量。 / Play some time of a hall through the real actions and check"
        " what must be true."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=60, help="自然日 / natural days (60)")
        parser.add_argument(
            "--visits-per-day", type=int, default=40, help="每个工作日 / on a working day (40)"
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--start", type=dt.date.fromisoformat, help="第一天 / first day (default: ends yesterday)"
        )
        parser.add_argument("--json", action="store_true")
        parser.add_argument(
            "--force", action="store_true", help="正式数据库也演 / on a database that is not embedded too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED and not options["force"]:
            raise CommandError(
                "这是正式数据库，不在其中演练；确需演练请加 --force。"
                " This is a real database: nothing is played in it without --force."
            )
        if options["days"] < 1 or options["visits_per_day"] < 1:
            raise CommandError("--days 和 --visits-per-day 至少为1。 / must be at least 1.")
        now = timezone.now()
        days = options["days"]
        first = options["start"] or timezone.localdate(now) - dt.timedelta(days=days)
        for command, rows in REFERENCE:
            if not rows._default_manager.exists():
                call_command(command, verbosity=0, stdout=self.stderr)
        house = House(now)
        house.build()
        rng = random.Random(options["seed"])  # noqa: S311 - a play, not a secret
        table = Timetable(house, rng, first, days, prelude=PRELUDE)
        set_findings_from(actor=SYSTEM, hall_id=house.hall.pk, from_on=first - dt.timedelta(days=PRELUDE), now=now)
        if Ticket.objects.filter(hall=house.hall, day__gte=first, day__lte=table.last).exists():
            raise CommandError(
                f"{first}至{table.last}大厅里已有取号，请用 --start 另选日期，或换一个数据目录。"
                " There are numbers on these days already: choose another --start or another state directory."
            )
        lives = Lives(table, punctual=True)
        front = Front(table, lives, options["visits_per_day"], options["seed"])
        front.fill()
        planting = Planting(table, lives, front, options["seed"])
        planting.fill()
        table.run(lambda day: self._progress(day, table, quiet=options["json"]))
        found, compared = list(run_all(table.end)), planting.compared()
        if options["json"]:
            result = self._result(table, found, compared)
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))
        else:
            self._print(table, found, compared)
        judge(table, found, compared)

    def _progress(self, day: dt.date, table: Timetable, *, quiet: bool) -> None:
        if not quiet and (day - table.first).days % 7 == 6:
            self.stderr.write(
                f"{day}  {table.done['register_visit']} matters, {sum(table.done.values())} acts"
            )

    @staticmethod
    def _result(table: Timetable, found: list[Check], compared: Comparison) -> dict[str, Any]:
        states = dict(
            sorted(
                {
                    s: Case.objects.filter(status=s).count()
                    for s in Case.objects.values_list("status", flat=True).distinct()
                }.items()
            )
        )
        return {
            "first": table.first.isoformat(),
            "last": table.last.isoformat(),
            "acts": dict(sorted(table.done.items())),
            "states": states,
            "refused": dict(table.refused),
            "planted": table.planted,
            "findings": {
                "planted": compared.planted.total(),
                "found": compared.found.total(),
                "wrong": compared.wrong,
                "table": list(compared.table()),
            },
            "invariants": [
                {
                    "name": check.name,
                    "looked_at": check.looked_at,
                    "holds": check.holds,
                    "wrong": list(check.wrong),
                }
                for check in found
            ],
        }

    def _print(self, table: Timetable, found: list[Check], compared: Comparison) -> None:
        result = self._result(table, found, compared)
        self.stdout.write(f"{table.first} — {table.last}")
        self.stdout.write("acts:   " + ", ".join(f"{name} {n}" for name, n in result["acts"].items()))
        self.stdout.write("states: " + ", ".join(f"{name} {n}" for name, n in result["states"].items()))
        for check in found:
            verdict = "ok  " if check.holds else "FAIL"
            self.stdout.write(
                f"{verdict} {check.name}: {check.looked_at} looked at {' '.join(check.wrong)}".rstrip()
            )
        for first, *numbers in compared.table():
            self.stdout.write(f"{first:<20}" + "".join(f"{number:>9}" for number in numbers))
        for line in compared.wrong:
            self.stdout.write(f"FAIL {line}")
        for name, n in table.refused.items():
            self.stdout.write(f"REFUSED ×{n} {name}")
