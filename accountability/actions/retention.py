"""One sweep over all that is kept for a time, each kind by its own room; and the verb that sets a period."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from accountability import rules
from accountability.lifecycle.retention import KINDS
from accountability.models import RetentionRule, RetentionRun
from accountability.queries.retention import days_in_force
from cases.actions import exchange_export, exchange_file, recordings, scans
from cases.actions.query_progress import due_attempts, forget_attempts
from cases.queries.scans import quarantined
from hall import erasing, journal
from hall.access import SYSTEM, Actor, Refused
from hearings.actions import audience
from intake.actions import booking_sweeps, incidents
from intake.actions.save_draft import clear_drafts, due_drafts
from staffing.actions import complaints, people_list, sessions, tries, webhooks

log = logging.getLogger("accountability.retention")
STREAM = "retention"


@dataclass(frozen=True, slots=True)
class Eraser:
    """`due` counts what would go, `erase` takes it away in batches; `kept` is given where the kind has a period."""

    due: Callable[..., Any]
    erase: Callable[..., int]


def _clear_drafts(*, now: dt.datetime, kept: dt.timedelta) -> int:
    """The drafts; with them go the files that nothing names any more."""
    drafts, _files = clear_drafts(now=now, kept=kept)
    return drafts


ERASERS: Mapping[str, Eraser] = {
    "drafts": Eraser(due_drafts, _clear_drafts),
    "bookings": Eraser(booking_sweeps.due_bookings, booking_sweeps.forget_bookings),
    "sessions": Eraser(sessions.due_sessions, sessions.forget_sessions),
    "deliveries": Eraser(webhooks.due_deliveries, webhooks.forget_deliveries),
    "quarantine": Eraser(quarantined, scans.empty_quarantine),
    "incidents": Eraser(incidents.due_incidents, incidents.erase_incidents),
    "recordings": Eraser(recordings.due_recordings, recordings.erase_recordings),
    "audience": Eraser(audience.due_audience, audience.erase_audience),
    "exchange": Eraser(exchange_file.due_exchange, exchange_file.forget_exchange),
    "exports": Eraser(exchange_export.due_exports, exchange_export.forget_exports),
    "people_lists": Eraser(people_list.due_people_lists, people_list.forget_people_lists),
    "forms": Eraser(sessions.due_forms, sessions.forget_forms),
    "calls": Eraser(erasing.due_calls, erasing.forget_calls),
    "attempts": Eraser(due_attempts, forget_attempts),
    "tries": Eraser(complaints.due_tries, complaints.forget_tries),
    "sign_in_tries": Eraser(tries.due_sign_in_tries, tries.forget_sign_in_tries),
}


def _facts(days: int | None, now: dt.datetime) -> dict[str, Any]:
    return {"now": now} if days is None else {"now": now, "kept": dt.timedelta(days=days)}


def due_by_kind(*, now: dt.datetime) -> dict[str, int]:
    """What would go now: how many rows of each kind. Changes nothing."""
    return {code: ERASERS[code].due(**_facts(days, now)).count() for code, days in days_in_force().items()}


def sweep_retention(*, now: dt.datetime) -> dict[str, int]:
    """Erase all that is past its time; what was erased by kind. One kind that fails holds up no other.

    Takes everything due, so a night without a worker only delays; stopped in the middle, the next goes on.
    """
    gone: dict[str, int] = {}
    for code, days in days_in_force().items():
        fault = ""
        try:
            gone[code] = ERASERS[code].erase(**_facts(days, now))
        except (DatabaseError, OSError, Refused) as error:
            log.exception("retention: %s was not erased", code)
            gone[code], fault = 0, type(error).__name__
        _write_down(code, days, gone[code], fault, now=now)
    log.info("retention: %s", {code: count for code, count in gone.items() if count})
    return gone


@transaction.atomic
def _write_down(code: str, days: int | None, count: int, fault: str, *, now: dt.datetime) -> None:
    """A row for the page; an entry in the journal where something went, or did not although it should."""
    run = RetentionRun(kind=code, days=days, at=now, count=count, fault=fault)
    run.save(force_insert=True)
    if count or fault:
        after = {"kind": code, "count": count, "days": days, "fault": fault}
        journal.record(SYSTEM, "sweep_retention", run, stream=STREAM, after=after, now=now)


@transaction.atomic
def change_retention(*, actor: Actor, kind: str, days: int, reason: str, now: dt.datetime) -> RetentionRule:
    """Set the period of one kind; it holds from the next sweep on. The former one stands in the journal.

    Raises Refused (unseen: no such kind; role; state: it has no period of its own; input at its field).
    """
    found = KINDS.get(kind)
    if found is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    rules.check_can_change_retention(actor, found, now=now)
    rules.check_retention_days(found, days, reason)
    facts = {
        "days": days, "least": found.least, "most": found.most, "reason": reason.strip(), "set_at": now,
        "set_by_id": actor.user_id,
    }  # fmt: skip
    # Two who set it at the same moment: the second waits on the row of the first, whoever made it.
    RetentionRule.objects.bulk_create(
        [RetentionRule(kind=kind, **{**facts, "days": found.days})], ignore_conflicts=True
    )
    rule = RetentionRule.objects.select_for_update(of=("self",)).get(kind=kind)
    before = rule.days
    for name, value in facts.items():
        setattr(rule, name, value)
    rule.save(update_fields=["days", "least", "most", "reason", "set_at", "set_by"])
    journal.record(
        actor, "change_retention", rule, stream=STREAM, before={"kind": kind, "days": before},
        after={"kind": kind, "days": days}, reason=reason.strip(), now=now,
    )  # fmt: skip
    return rule
