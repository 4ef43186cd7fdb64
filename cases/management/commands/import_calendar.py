"""A new official calendar: first list every open deadline that it moves, old → new; with --apply, move them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.deadlines import Shift, recompute_deadlines
from cases.terms import TERMS
from hall.access import SYSTEM
from hall.clock import arranged
from hall.management.commands.load_calendar import put_in_force, read_file
from hall.models import statutory_calendar


class Command(BaseCommand):
    help = (
        "List the open deadlines that an official arrangement moves; --apply puts it in force and moves them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            help="the arrangement: date,kind,name; without it, the calendar that is loaded",
        )
        parser.add_argument(
            "--source", default="", help="the notice it comes from (default: the file's name)"
        )
        parser.add_argument("--apply", action="store_true", help="change the calendar and the dates")

    def handle(self, *args: Any, file: Path | None, source: str, apply: bool, **options: Any) -> None:
        now = timezone.now()
        before = statutory_calendar()
        after = arranged(before, read_file(file, source)) if file else before
        shifts = recompute_deadlines(actor=SYSTEM, now=now, calendar=after)
        for shift in shifts:
            self.stdout.write(_line(shift))
        moved = sum(shift.moves for shift in shifts)
        counts = {"all": len(shifts), "moved": moved}
        self.stdout.write(_("受影响的期限%(all)d个，其中届满日变动%(moved)d个。") % counts)
        if not apply:
            self.stdout.write(_("以上仅为预览，没有作任何更改；加 --apply 后生效。"))
            return
        if after.version != before.version:
            put_in_force(after, actor=SYSTEM, now=now)
        done = recompute_deadlines(actor=SYSTEM, now=now, apply=True)
        self.stdout.write(_("日历已生效，%(done)d个期限已重新计算。") % {"done": len(done)})


def _line(shift: Shift) -> str:
    facts = {
        "case": shift.case_number,
        "term": next(terms[shift.kind] for terms in TERMS.values() if shift.kind in terms).name,
        "old": shift.old or _("中止中"),
        "new": shift.new or _("中止中"),
        "status": _("暂定") if shift.is_provisional else _("确定"),
    }
    return _("%(case)s  %(term)s  %(old)s → %(new)s（%(status)s）") % facts
