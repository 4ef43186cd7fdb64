"""The journal held up to the light: the day's digest, the nightly walk, and the value on a receipt."""

from __future__ import annotations

import datetime as dt
import time

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accountability import rules
from accountability.models import JournalCheck, JournalDigest
from accountability.queries import digests, merkle
from accountability.queries.flaws import as_facts
from accountability.queries.receipts import ReceiptCheck, receipt_check
from cases.actions.query_progress import begin_try, end_try
from hall import journal, outbox
from hall.access import SYSTEM, Actor, Refused
from hall.models import User
from staffing.lifecycle import ADMINISTRATOR, SUPERVISOR
from staffing.queries import holders

PATIENCE = "2s"
"""So long the digest waits for those who are writing; they wait behind it. It comes again in ten minutes."""
KEPT_FLAWS = 50


@transaction.atomic
def publish_digest(*, actor: Actor, day: dt.date, now: dt.datetime) -> JournalDigest:
    """The root over the day's entries, once: not again where the journal knows of one whose row is gone.

    Raises Refused (role, state; busy: somebody is writing a long time).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('publish_digest', 0))")
    if (known := JournalDigest.objects.filter(day=day).first()) is not None:
        return known
    rules.check_can_publish_digest(actor, day, now=now)
    last = JournalDigest.objects.order_by("-day").first()
    behind, previous_root = (last.last_id, last.root) if last else (0, "")
    last_id = digests.last_entry_of(day, behind=behind, up_to=_settled())
    found = [one for _pk, one in digests.hashes(behind, last_id)]
    line = merkle.head_line(day, len(found), last_id, previous_root)
    digest = JournalDigest.objects.create(
        day=day,
        entries=len(found),
        last_id=last_id,
        root=merkle.root(merkle.leaves(line, found)),
        previous_root=previous_root,
        published_at=now,
    )
    after = {"day": day, "entries": digest.entries, "last_id": last_id, "root": digest.root}
    journal.record(actor, "publish_digest", digest, after=after, now=now)
    return digest


def _settled() -> int:
    """The highest number of an entry, at a moment at which nobody has taken a number and not written it yet.

    An insert locks the table before it takes its number; a SHARE lock thus waits for all of them, and is given back
    at once with its savepoint. Without it an entry that is written late would lie under no digest.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
            cursor.execute("LOCK TABLE hall_journalentry IN SHARE MODE")
            cursor.execute("SELECT coalesce(max(id), 0) FROM hall_journalentry")
            (highest,) = cursor.fetchone()
            transaction.set_rollback(True)
    except OperationalError as error:
        raise Refused(_("有人正在长时间写入，摘要稍后再算。"), "busy") from error
    return int(highest)


def publish_due_digests(*, now: dt.datetime) -> int:
    """Every day that is over and was not published, each in a transaction of its own; how many there are now more.

    Where a published day is gone, it ends there: the nightly walk tells of it, and nothing is laid over the hole.
    """
    days = digests.days_due(now)
    for done, day in enumerate(days):
        try:
            publish_digest(actor=SYSTEM, day=day, now=now)
        except Refused as refused:
            if refused.kind != "busy" and not digests.was_published(day):
                raise
            return done
    return len(days)


@transaction.atomic
def verify_journal(*, actor: Actor, now: dt.datetime) -> JournalCheck:
    """Walk along all chains and all digests, keep what was found; when it is bad, tell at once who must know."""
    rules.check_can_verify_journal(actor, now=now)
    began = time.perf_counter()
    walk, recount = journal.walk(), digests.recount_digests()
    check = JournalCheck.objects.create(
        at=now,
        entries=walk.entries,
        streams=walk.streams,
        digests=recount.days,
        seconds=round(time.perf_counter() - began, 3),
        bad=walk.bad,
        flaws=[as_facts(flaw) for flaw in walk.flaws[:KEPT_FLAWS]],
        bad_days=[day.isoformat() for day in recount.bad_days],
        lost_digests=recount.lost,
    )
    days = len(check.bad_days) + check.lost_digests
    after = {"entries": check.entries, "bad": check.bad, "bad_days": days, "digests": check.digests}
    journal.record(actor, "verify_journal", check, after=after, now=now)
    if not check.is_whole:
        outbox.post(
            "journal_broken",
            to=_who_must_know(timezone.localdate(now)),
            context={"bad": check.bad, "days": days, "at": now.isoformat()},
            url="/journal-checks/",
            once=f"journal_broken/{check.pk}",
            urgent=True,
            now=now,
        )
    return check


def _who_must_know(today: dt.date) -> list[User]:
    found = {user.pk: user for role in (ADMINISTRATOR, SUPERVISOR) for user in holders(role, day=today)}
    return list(found.values())


def check_receipt(*, value: str, day: dt.date, address: str, now: dt.datetime) -> ReceiptCheck | None:
    """What the record says to a check value; None when it knows none such of that day. Raises Refused (busy).

    Wrong tries are limited as at the other public doors.
    """
    tried = begin_try("receipt", value, address, now=now)
    found = receipt_check(value, day)
    if found is not None:
        end_try(tried)
    return found
