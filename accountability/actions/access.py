"""Taking the access log along, and noting that what was listed in it has been looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from accountability import rules
from accountability.models import AccessReview
from accountability.queries.access_log import Look, LookFilter, every_look
from accountability.queries.access_reviews import UnusualList, item_of, scope_of_item, unusual_list
from hall import journal
from hall.access import Actor, Refused
from hall.models import User


@transaction.atomic
def export_access_log(*, actor: Actor, asked: LookFilter, now: dt.datetime) -> Iterator[Look]:
    """The rows of the log, read while they are sent; who took them along is on record first."""
    rules.check_can_export_access_log(actor, now=now)
    facts = {name: value for name, value in asdict(asked).items() if value}
    journal.record(actor, "export_access_log", User(pk=actor.user_id), after=facts, now=now)
    return every_look(actor, asked)


@transaction.atomic
def export_unusual_access(
    *, actor: Actor, first: dt.date, last: dt.date, kind: str = "", now: dt.datetime
) -> UnusualList:
    """What is listed for a look, with what was said of it; on record first."""
    rules.check_can_export_unusual_access(actor, now=now)
    facts = {"first": first, "last": last, **({"kind": kind} if kind else {})}
    journal.record(actor, "export_unusual_access", User(pk=actor.user_id), after=facts, now=now)
    return unusual_list(actor, first, last, kind=kind)


@transaction.atomic
def note_access_review(
    *, actor: Actor, reader_id: int, day: dt.date, kind: str, words: str, now: dt.datetime
) -> AccessReview:
    """It was looked at, and this is what it was. Raises Refused (role, unseen, input)."""
    rules.check_sees_access_log(actor)
    listed = item_of(actor, reader_id, day, kind)
    if listed is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    rules.check_can_note_access_review(actor, reader_id, words, now=now)
    hall_id, department_id = scope_of_item(actor, listed.item)
    review = AccessReview.objects.create(
        hall_id=hall_id,
        department_id=department_id,
        reader_id=reader_id,
        day=day,
        kind=kind,
        count=listed.item.count,
        words=words.strip(),
        at=now,
        by=User(pk=actor.user_id),
    )
    after = {"reader": reader_id, "day": day, "kind": kind, "count": review.count}
    journal.record(actor, "note_access_review", review, after=after, now=now)
    return review
