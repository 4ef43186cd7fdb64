"""What a consultation or a hearing writes into the case file. Parts of an action: the caller is in its transaction,
holds the case's lock and writes the journal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from cases.lifecycle import PROCEEDING_ENDS
from cases.models import Case, Proceeding
from hall.access import Actor


def open_proceeding(
    case: Case,
    kind: str,
    ref: int,
    *,
    title: str,
    stage: str,
    units: Iterable[int] = (),
    until_on: dt.date | None = None,
    blocks_opinion: bool = False,
    told: str = "",
    actor: Actor,
    now: dt.datetime,
) -> Proceeding:
    """The file says that there is one, with these units, until that day."""
    one = Proceeding.objects.create(
        case=case,
        kind=kind,
        ref=ref,
        title=title,
        stage=stage,
        until_on=until_on,
        blocks_opinion=blocks_opinion,
        told=told,
        opened_on=timezone.localdate(now),
        opened_by_id=actor.user_id,
    )
    one.units.set(units)
    return one


def move_proceeding(
    case: Case, kind: str, ref: int, *, stage: str, units: Iterable[int] | None = None, **facts: object
) -> Proceeding:
    """It stands elsewhere now; `facts` are fields of the row that change with it (until_on, meets_at, told, …)."""
    one = Proceeding.objects.select_for_update().get(case=case, kind=kind, ref=ref)
    one.stage = stage
    for name, value in facts.items():
        setattr(one, name, value)
    one.save(update_fields=["stage", *facts])
    if units is not None:
        one.units.set(units)
    return one


def end_proceeding(
    case: Case, kind: str, ref: int, *, stage: str, told: str = "", now: dt.datetime, **facts: Any
) -> Proceeding:
    """It is over, with that result; an opinion waits for it no longer. `facts`: the paper of it and what was found."""
    if stage not in PROCEEDING_ENDS:
        raise ValueError(f"{stage} is no end of a proceeding: {', '.join(PROCEEDING_ENDS)}")
    return move_proceeding(
        case,
        kind,
        ref,
        stage=stage,
        told=told,
        ended_on=timezone.localdate(now),
        blocks_opinion=False,
        **facts,
    )
