"""`manage.py recount_indicators --hall yunxi --from 2026-01-01 --to 2026-03-31`: count these months anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accountability import actions
from hall.access import SYSTEM, Refused
from staffing.models import Hall


class Command(BaseCommand):
    help = "Count the months of these days anew and say which figures were something else before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hall", required=True, help="code of the hall")
        parser.add_argument("--from", dest="first", required=True, type=dt.date.fromisoformat)
        parser.add_argument(
            "--to", dest="last", type=dt.date.fromisoformat, help="today where it is left out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        hall = Hall.objects.filter(code=options["hall"]).first()
        if hall is None:
            raise CommandError(f"没有大厅 {options['hall']} / There is no hall {options['hall']}")
        now = timezone.now()
        last = options["last"] or timezone.localdate(now)
        try:
            found = actions.recount_indicators(
                actor=SYSTEM, hall_id=hall.pk, first=options["first"], last=last, now=now
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        for month, codes in found.items():
            self.stdout.write(f"{month:%Y-%m}: {', '.join(codes) or '='}")
