"""Hearings in the house that is walked through, in each state that a door asks for, and what is typed there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from hearings.actions import suspend_hearing
from tests.cast import Cast
from tests.hearings.asking_steps import TITLE, asked, granted, scheduled
from tests.matters import accepted

WHY = "经过核实，理由写在这里，足够详细。"


def hearing_rows(cast: Cast, now: dt.datetime) -> dict[str, int]:
    """Each on a case of its own, so that no other page changes; by the names in the addresses."""

    def one() -> Any:
        return asked(cast, accepted(cast, now, title="申请听证的事"), now=now)

    suspended = scheduled(cast, granted(cast, one(), now=now), now=now, days=30)
    suspend_hearing(
        actor=cast.act(cast.manager, now), hearing_id=suspended.pk, ground="expert", reason=WHY, now=now
    )
    return {
        "hearing_id": one().pk,
        "hearing_granted": granted(cast, one(), now=now).pk,
        "hearing_scheduled": scheduled(cast, granted(cast, one(), now=now), now=now, days=29).pk,
        "hearing_suspended": suspended.pk,
    }


def _typed(here: Any, name: str, **data: Any) -> dict[str, Any]:
    return {"args": {"hearing_id": here.leading[name]}, "data": data}


def _organiser(here: Any) -> int:
    return int(here.cast.units["labour"].pk)


def _ahead(here: Any) -> str:
    return (timezone.localdate(here.now) + dt.timedelta(days=40)).isoformat()


_ONE = "/hearings/<hearing_id>/"
HEARING_FORMS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "/hearing-rules/": lambda here: {"data": {"code": "city_a", "in_force_from": _ahead(here)}},
    "/cases/<pk>/request-hearing/": lambda here: {
        "data": {"title": TITLE, "reason": WHY, "requested_on": timezone.localdate(here.now).isoformat()}
    },
    "/cases/<pk>/open-hearing/": lambda here: {
        "data": {"title": TITLE, "reason": WHY, "ground": "major", "organiser": _organiser(here)}
    },
    f"{_ONE}grant-hearing/": lambda here: _typed(here, "hearing_id", reason=WHY, organiser=_organiser(here)),
    f"{_ONE}refuse-hearing/": lambda here: _typed(here, "hearing_id", reason=WHY),
    f"{_ONE}withdraw-hearing/": lambda here: _typed(here, "hearing_id", reason=WHY),
    f"{_ONE}set-openness/": lambda here: _typed(
        here, "hearing_granted", closed_ground="privacy", closed_reason=WHY
    ),
    f"{_ONE}postpone-hearing/": lambda here: _typed(
        here, "hearing_scheduled", ground="party", reason=WHY, days=2
    ),
    f"{_ONE}suspend-hearing/": lambda here: _typed(here, "hearing_scheduled", ground="expert", reason=WHY),
    f"{_ONE}resume-hearing/": lambda here: _typed(here, "hearing_suspended", reason=WHY),
    f"{_ONE}end-hearing/": lambda here: _typed(here, "hearing_scheduled", ground="settled", reason=WHY),
}
