"""Erase what is past its time, or say how much it would be: `retention [--dry-run]`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from accountability.actions.retention import due_by_kind, sweep_retention
from accountability.lifecycle.retention import KINDS
from accountability.queries.retention import days_in_force, standing_rules


class Command(BaseCommand):
    help = (
        "Erase personal data past its time, kind by kind, as the nightly sweep does. --dry-run: only count."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would go; nothing is erased")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        now = timezone.now()
        days = days_in_force()
        counts = due_by_kind(now=now) if dry_run else sweep_retention(now=now)
        for code, count in counts.items():
            kind = KINDS[code]
            period = _("%(n)s天") % {"n": days[code]} if days[code] else _(kind.until)
            self.stdout.write(f"{code:<14} {count:>8}  {_(kind.label)}（{period}）")
        verb = _("到期%(n)s条，没有清理。") if dry_run else _("清理了%(n)s条。")
        self.stdout.write(verb % {"n": sum(counts.values())})
        failed = [
            one.kind.code for one in standing_rules() if one.last and one.last.at == now and one.last.fault
        ]
        if failed:
            raise CommandError(_("没有成功的：%(kinds)s。原因见日志。") % {"kinds": "、".join(failed)})
