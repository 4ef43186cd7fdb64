"""Is the record whole? Every chain, entry by entry, and every published digest."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accountability.queries.digests import Recount, recount_digests
from accountability.queries.flaws import as_facts, flaw_in_words
from hall import journal
from hall.journal import Walk


class Command(BaseCommand):
    help = "Walk along the journal's hash chains and say the first bad entry of each bad stream. Exit 1 when it is bad."
    requires_system_checks = ()  # also for a copy that was brought back from a backup

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stream", default="", metavar="S", help="only this one, e.g. case:12")
        parser.add_argument(
            "--from", dest="start", type=int, default=1, metavar="SEQ", help="from this entry on"
        )
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, stream: str, start: int, **options: Any) -> None:
        if start < 1:
            raise CommandError(_("--from 从1数起。"))
        walk = journal.walk(stream, start)
        began = time.perf_counter()
        # Digests are over all streams: one alone says nothing of them.
        recount = recount_digests() if not stream and start == 1 else Recount(0, [])
        took = time.perf_counter() - began
        if stream and not walk.streams:
            raise CommandError(_("没有 %(stream)s 的办理记录。") % {"stream": stream})
        write = self._as_json if options["json"] else self._as_text
        write(walk, recount, took)
        if not walk.is_whole or not recount.is_whole:
            sys.exit(1)

    def _as_json(self, walk: Walk, recount: Recount, took: float) -> None:
        found = {
            "whole": walk.is_whole and recount.is_whole,
            "entries": walk.entries,
            "streams": walk.streams,
            "seconds": round(walk.seconds, 3),
            "entries_per_second": walk.per_second,
            "bad_streams": walk.bad,
            "flaws": [as_facts(flaw) for flaw in walk.flaws],
            "digests": recount.days,
            "digest_seconds": round(took, 3),
            "bad_days": [day.isoformat() for day in recount.bad_days],
            "lost_digests": recount.lost,
        }
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))

    def _as_text(self, walk: Walk, recount: Recount, took: float) -> None:
        for flaw in walk.flaws:
            self.stdout.write(flaw_in_words(flaw))
        if walk.bad > len(walk.flaws):
            self.stdout.write(_("还有%(n)s条链不完整，未逐一列出。") % {"n": walk.bad - len(walk.flaws)})
        for day in recount.bad_days:
            self.stdout.write(_("%(day)s公布的摘要与现有记录不符，或者已经不见。") % {"day": day})
        if recount.lost:
            self.stdout.write(_("公布的摘要比上次核对时少了%(n)s份。") % {"n": recount.lost})
        told = {"entries": walk.entries, "streams": walk.streams, "seconds": f"{walk.seconds:.2f}"}
        told |= {"speed": walk.per_second, "bad": walk.bad, "days": recount.days, "took": f"{took:.2f}"}
        self.stdout.write(
            _(
                "核对%(streams)s条链、%(entries)s条记录，用时%(seconds)s秒，每秒%(speed)s条；不完整的链%(bad)s条。"
            )
            % told
        )
        if recount.days:
            self.stdout.write(_("核对每日摘要%(days)s份，用时%(took)s秒。") % told)
