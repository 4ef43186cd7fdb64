"""Matters in the national order, taken out of the house: asked for, made, kept for a day.

Small ones are made at once, large ones by a worker. Who took what out is on record before the file is there; opened, it
is a look at every person in it, in that person's own file as well.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Iterator

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cases.models import Case, NationalExport
from cases.queries.exchange import (
    ExchangeFilter,
    exchange_batches,
    exchange_count,
    exports_queued,
    national_values,
)
from cases.rules.exchange import check_can_ask_national_export, check_export_size
from hall import journal, outbox
from hall.access import Actor, Refused
from hall.batch import insert
from hall.erasing import in_batches
from staffing.models import Hall
from staffing.queries import actor_of

AT_ONCE = 200
KEPT = dt.timedelta(days=1)
Writer = Callable[[NationalExport, Iterator[dict[str, str]]], bytes]
"""Makes the file of the rows; it stands among the doors."""


@transaction.atomic
def ask_national_export(
    *,
    actor: Actor,
    asked: ExchangeFilter,
    file_format: str,
    is_opened: bool,
    reason: str,
    now: dt.datetime,
    write: Writer,
) -> NationalExport:
    """The file, made already when it is a small one. Raises Refused (role; input at reason or first)."""
    check_can_ask_national_export(actor, asked.hall_id, is_opened=is_opened, reason=reason, now=now)
    count = exchange_count(actor, asked)
    check_export_size(count)
    export = NationalExport.objects.create(
        hall_id=asked.hall_id,
        by_id=actor.user_id or 0,
        asked=asked.packed(),
        format=file_format,
        is_opened=is_opened,
        reason=reason.strip()[:200],
        rows=count,
        asked_at=now,
        expires_at=now + KEPT,
    )
    after = {
        "hall": Hall.objects.get(pk=asked.hall_id).code,
        "rows": count,
        "format": file_format,
        "opened": is_opened,
    }
    journal.record(
        actor, "ask_national_export", export, after=after | asked.packed(), reason=export.reason, now=now
    )
    if count <= AT_ONCE:
        _make(actor, export, write, now=now)
    else:
        transaction.on_commit(lambda: outbox.nudge("cases.make_national_exports"))
    return export


def make_national_exports(*, write: Writer, now: dt.datetime) -> int:
    """The worker's part; how many files were made."""
    made = 0
    for pk in exports_queued():
        with transaction.atomic():
            free = NationalExport.objects.select_for_update(skip_locked=True, of=("self",))
            export = free.select_related("by").filter(pk=pk, status="queued").first()
            if export is None:
                continue
            actor = actor_of(export.by, today=timezone.localdate(now))
            try:
                check_can_ask_national_export(
                    actor, export.hall_id, is_opened=export.is_opened, reason=export.reason, now=now
                )
            except Refused as refused:  # the post is held no more
                export.status, export.failure, export.ended_at = "stopped", str(refused)[:200], now
                export.save(update_fields=["status", "failure", "ended_at"])
                continue
            _make(actor, export, write, now=now)
            made += 1
    return made


def _make(actor: Actor, export: NationalExport, write: Writer, *, now: dt.datetime) -> None:
    counted = [0]
    rows = _rows(actor, export, counted, now=now)
    export.content = base64.b64encode(write(export, rows)).decode()
    export.status, export.rows, export.ended_at, export.expires_at = "done", counted[0], now, now + KEPT
    export.save(update_fields=["content", "status", "rows", "ended_at", "expires_at"])


def _rows(
    actor: Actor, export: NationalExport, counted: list[int], *, now: dt.datetime
) -> Iterator[dict[str, str]]:
    for cases in exchange_batches(actor, ExchangeFilter.unpacked(export.hall_id, export.asked)):
        if export.is_opened:
            _look(actor, export, cases, now=now)
        for case in cases:
            counted[0] += 1
            yield national_values(case, is_opened=export.is_opened)


def _look(actor: Actor, export: NationalExport, cases: list[Case], *, now: dt.datetime) -> None:
    """As `reveal_person`, for everyone whose numbers are in the file: on the case, and on the person."""
    entries = []
    for case in cases:
        for party in case.parties.all():
            if party.role == "principal":
                seen = {"petitioner": party.petitioner_id, "role": party.role, "export": export.pk}
                reason, one = export.reason, party.petitioner
                entries += [
                    journal.entry(
                        actor, "reveal_person", one, stream=case, after=seen, reason=reason, now=now
                    ),
                    journal.entry(
                        actor, "reveal_person", one, after={"case": case.number}, reason=reason, now=now
                    ),
                ]
    if entries:
        insert(*entries)


def due_exports(*, now: dt.datetime) -> QuerySet[NationalExport]:
    return NationalExport.objects.filter(expires_at__lte=now, content__gt=b"")


def forget_exports(*, now: dt.datetime) -> int:
    """Files are deleted when their day is over; that they were taken stays."""
    return in_batches(due_exports(now=now), lambda rows: rows.update(content=""))
