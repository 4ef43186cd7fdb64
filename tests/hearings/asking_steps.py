"""Hearings brought to a state by the real actions, for the tests of every topic of the app."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cases.models import Case
from hearings import actions
from hearings.models import Hearing, HearingDate
from hearings.rules import OwnNumbers
from staffing.actions.engagements import engage
from staffing.rules.engagements import Meeting
from tests.cast import NOW, TZ, Cast
from tests.kept import kept
from tests.matters import accepted

TITLE = "拖欠工资的事实和责任"
WHY = "双方对拖欠的工资数额争议很大，请求当面质证。"
BECAUSE = "争议较大，有必要当面查明事实。"


@kept
def asked(
    cast: Cast, case: Case | None = None, *, now: dt.datetime = NOW, who: str = "clerk", **facts: Any
) -> Hearing:
    """The petitioner asks today, at the desk."""
    case = case or accepted(cast, now)
    said = {"title": TITLE, "reason": WHY, "requested_on": now.astimezone(TZ).date(), **facts}
    actor = cast.act(getattr(cast, who), now)
    return actions.request_hearing(actor=actor, case_id=case.pk, now=now, **said)


@kept
def granted(
    cast: Cast, hearing: Hearing | None = None, *, now: dt.datetime = NOW, who: str = "manager", **facts: Any
) -> Hearing:
    """It will be held, in public unless told otherwise."""
    hearing = hearing or asked(cast, now=now)
    said = {"reason": BECAUSE, **facts}
    actor = cast.act(getattr(cast, who), now)
    return actions.grant_hearing(actor=actor, hearing_id=hearing.pk, now=now, **said)


@kept
def opened(
    cast: Cast, case: Case | None = None, *, now: dt.datetime = NOW, who: str = "manager", **facts: Any
) -> Hearing:
    """Held of the unit's own motion."""
    case = case or accepted(cast, now)
    said = {"title": TITLE, "ground": "contested", "reason": BECAUSE, **facts}
    actor = cast.act(getattr(cast, who), now)
    return actions.open_hearing(actor=actor, case_id=case.pk, now=now, **said)


@kept
def scheduled(
    cast: Cast, hearing: Hearing | None = None, *, now: dt.datetime = NOW, days: int = 20
) -> Hearing:
    """A date, the first room, and one of the staff taken for it."""
    hearing = hearing or granted(cast, now=now)
    start = (now.astimezone(TZ) + dt.timedelta(days=days)).replace(hour=9, minute=0)
    end = start + dt.timedelta(hours=2)
    # until `schedule_hearing` of the panel's topic is joined
    ref = f"hearings.hearing:{hearing.pk}"
    engage(
        Meeting(cast.hall.pk, "hearing", ref, start, end),
        room_id=cast.room.pk,
        user_ids=[cast.clerk2.pk],
        now=now,
    )
    hearing.round += 1
    HearingDate.objects.create(
        hearing=hearing, round=hearing.round, starts_at=start, ends_at=end, where=cast.room.label, set_at=now
    )
    hearing.starts_at, hearing.ends_at, hearing.room = start, end, cast.room
    hearing.status = "scheduled"
    hearing.save(update_fields=["round", "starts_at", "ends_at", "room", "status"])
    return hearing


@kept
def begun(cast: Cast, hearing: Hearing | None = None, *, now: dt.datetime = NOW) -> Hearing:
    """In session."""
    hearing = hearing or scheduled(cast, now=now)
    # until `start_hearing` of the session's topic is joined
    hearing.status, hearing.started_at = "in_session", now
    hearing.save(update_fields=["status", "started_at"])
    return hearing


@kept
def adopted(cast: Cast, code: str, *, now: dt.datetime = NOW, **facts: Any) -> Any:
    """The hall holds its hearings by that set from today on."""
    said = {"in_force_from": now.astimezone(TZ).date(), **facts}
    if "numbers" in said:
        said["numbers"] = OwnNumbers(**said["numbers"])
    return actions.adopt_hearing_rules(
        actor=cast.act(cast.manager, now), hall_id=cast.hall.pk, code=code, now=now, **said
    )
