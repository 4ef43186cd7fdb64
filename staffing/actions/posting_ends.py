"""The early end of a unit's person's posting: asked by one side, agreed by the other (国信发〔2015〕12号（十二）)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hall import journal, outbox
from hall.access import Actor, Refused
from hall.models import User
from staffing import rules
from staffing.actions.posts import sync_rights
from staffing.actions.rota import locked_hall, vacate
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, POSTING_END
from staffing.models import Posting, PostingEnd
from staffing.queries import holders


def _locked(posting_id: int) -> Posting:
    """The hall, then the account, then the posting: the order of every act that ends a post."""
    user_id, hall_id = Posting.objects.values_list("user_id", "hall_id").get(pk=posting_id)
    if hall_id:
        locked_hall(hall_id)
    User.objects.select_for_update().get(pk=user_id)
    return Posting.objects.select_for_update(of=("self",)).select_related("user").get(pk=posting_id)


def _asked(end_id: int) -> PostingEnd:
    posting = _locked(PostingEnd.objects.values_list("posting_id", flat=True).get(pk=end_id))
    asked = PostingEnd.objects.locked(end_id)
    asked.posting = posting
    return asked


def _people_of(asked: PostingEnd, side: str, day: dt.date) -> Iterable[User]:
    if side == "hall":
        return holders(HALL_MANAGER, hall_id=asked.hall_id, day=day)
    return holders(DEPARTMENT_HEAD, department_id=asked.unit_id, day=day)


def _context(asked: PostingEnd) -> dict[str, str]:
    return {"name": asked.posting.user.name, "unit": asked.unit.name, "on": asked.on.isoformat()}


@transaction.atomic
def ask_posting_end(
    *,
    actor: Actor,
    posting_id: int,
    on: dt.date,
    reason: str,
    successor: str = "",
    successor_from: dt.date | None = None,
    now: dt.datetime,
) -> PostingEnd:
    """One side asks, says why, and names who takes over; the other side is told."""
    posting = _locked(posting_id)
    side, unit, today = rules.side_of(actor, posting), posting.sending_unit, timezone.localdate(now)
    asked = PostingEnd(
        posting=posting,
        hall=posting.hall,
        unit=unit,
        side=side,
        asked_by_id=actor.user_id or 0,
        asked_at=now,
        on=on,
        reason=reason.strip(),
        successor=successor.strip(),
        successor_from=successor_from,
    )
    rules.check_can_ask_posting_end(actor, posting, asked=asked, now=now)
    try:
        with transaction.atomic():
            asked.save(force_insert=True)
    except IntegrityError:
        raise Refused(_("已有一份请求在等对方答复。"), "state") from None
    facts = {"side": side, "on": on, "successor_from": successor_from}
    journal.record(
        actor, "ask_posting_end", asked, stream=posting.user, after=facts, reason=asked.reason, now=now
    )
    other = "unit" if side == "hall" else "hall"
    outbox.post(
        "posting_end_asked", to=_people_of(asked, other, today), context=_context(asked),
        once=f"posting_end_asked/{asked.pk}", url=reverse("staffing:posting-ends"), now=now,
    )  # fmt: skip
    return asked


def _answer(actor: Actor, asked: PostingEnd, verb: str, *, note: str, now: dt.datetime) -> None:
    before, asked.status = asked.status, POSTING_END.target(verb, asked.status)
    asked.answered_by_id, asked.answered_at, asked.note = actor.user_id, now, note.strip()
    asked.save(update_fields=["status", "answered_by", "answered_at", "note"])
    journal.record(
        actor, verb, asked, stream=asked.posting.user, before={"status": before},
        after={"status": asked.status, "on": asked.on}, reason=asked.note, now=now,
    )  # fmt: skip


def _tell(asked: PostingEnd, outcome: str, *, now: dt.datetime) -> None:
    context = {**_context(asked), "outcome": outcome, "note": asked.note}
    outbox.post(
        "posting_end_answered", to=asked.asked_by, context=context, once=f"posting_end_answered/{asked.pk}",
        url=reverse("staffing:posting-ends"), now=now,
    )  # fmt: skip


@transaction.atomic
def agree_posting_end(*, actor: Actor, end_id: int, now: dt.datetime) -> PostingEnd:
    """The other side agrees: the posting gets its new last day, its person is told."""
    asked = _asked(end_id)
    rules.check_can_agree_posting_end(actor, asked, now=now)
    _answer(actor, asked, "agree_posting_end", note="", now=now)
    posting = asked.posting
    before, posting.until_on, posting.reason = posting.until_on, asked.on, asked.reason
    posting.save(update_fields=["until_on", "reason"])
    sync_rights(posting.user, today=timezone.localdate(now))
    vacate(actor, posting, now=now)
    journal.record(
        actor, "end_posting", posting, stream=posting.user, before={"until_on": before},
        after={"role": posting.role, "until_on": asked.on}, reason=posting.reason, now=now,
    )  # fmt: skip
    _tell(asked, "agreed", now=now)
    outbox.post(
        "posting_ends", to=posting.user, context=_context(asked), once=f"posting_ends/{asked.pk}",
        url=reverse("staffing:my-post"), now=now,
    )  # fmt: skip
    return asked


@transaction.atomic
def refuse_posting_end(*, actor: Actor, end_id: int, note: str, now: dt.datetime) -> PostingEnd:
    """The other side does not agree, and says why: the posting goes on."""
    asked = _asked(end_id)
    rules.check_can_refuse_posting_end(actor, asked, note=note, now=now)
    _answer(actor, asked, "refuse_posting_end", note=note, now=now)
    _tell(asked, "refused", now=now)
    return asked


@transaction.atomic
def withdraw_posting_end(*, actor: Actor, end_id: int, now: dt.datetime) -> PostingEnd:
    asked = _asked(end_id)
    rules.check_can_withdraw_posting_end(actor, asked, now=now)
    _answer(actor, asked, "withdraw_posting_end", note="", now=now)
    return asked
