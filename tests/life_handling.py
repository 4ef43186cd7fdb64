"""Matters in handling, brought there by the real actions."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from cases import actions
from cases.models import Case, Deadline, Extension, Hold, Supplement
from hall.access import SYSTEM, Refused
from tests.cast import NOW, Cast
from tests.kept import kept
from tests.matters import accepted

LONG = "涉及多个工地的用工台账，需要逐一核对。"
"""A reason that is long enough for an extension."""
CLEAR = "事实清楚，容易办理。"


def clocks(case: Case) -> dict[str, dt.date | None]:
    """The open periods of the case by kind, with their dates."""
    return dict(case.deadlines.open().values_list("kind", "due_on"))


def fresh(case: Case) -> Case:
    """The case as it stands in the database now."""
    return Case.objects.get(pk=case.pk)


@kept
def asked_for_more(
    cast: Cast, case: Case | None = None, days: int = 30, now: dt.datetime = NOW
) -> tuple[Case, Extension]:
    """A case whose liaison has asked for an extension."""
    case = case or accepted(cast, now)
    extension = actions.request_extension(
        actor=cast.act(cast.liaison, now), case_id=case.pk, days=days, reason=LONG, now=now
    )
    return case, extension


@kept
def extended(cast: Cast, days: int = 30, now: dt.datetime = NOW) -> Case:
    """A case whose period of handling was extended."""
    case, _extension = asked_for_more(cast, days=days, now=now)
    actions.approve_extension(actor=cast.act(cast.head, now), case_id=case.pk, decision="", now=now)
    return fresh(case)


@kept
def urgent(cast: Cast, case: Case | None = None, now: dt.datetime = NOW) -> Case:
    """A case that was raised to urgent by its liaison."""
    case = case or accepted(cast, now)
    return actions.raise_urgent(
        actor=cast.act(cast.liaison, now), case_id=case.pk, reason="多人扬言聚集。", now=now
    )


@kept
def simple(cast: Cast, case: Case | None = None, now: dt.datetime = NOW) -> Case:
    """A case under the simple procedure."""
    case = case or accepted(cast, now)
    return actions.simplify_case(actor=cast.act(cast.liaison, now), case_id=case.pk, reason=CLEAR, now=now)


@kept
def asked_to_bring(cast: Cast, now: dt.datetime = NOW) -> tuple[Case, Supplement]:
    """A case whose petitioner was asked for two papers."""
    case = accepted(cast, now)
    supplement = actions.request_supplement(
        actor=cast.act(cast.liaison, now), case_id=case.pk, what="考勤表复印件；\n工资条原件。", now=now
    )
    return case, supplement


@kept
def in_reexamination_time(cast: Cast, now: dt.datetime = NOW) -> tuple[Case, Deadline]:
    """A case on which the one period runs that the law lets pause, of the county's labour bureau."""
    case = accepted(cast, now)
    deadline = actions.deadlines.start_deadline(
        case, "reexamine", department_id=cast.units["labour"].pk, started_on=now.date(), now=now, actor=SYSTEM
    )
    return case, deadline


@kept
def heard(
    cast: Cast, case: Case, from_on: dt.date, to_on: dt.date | None = None, now: dt.datetime = NOW
) -> Hold:
    """A pause for a hearing."""
    return actions.place_hold(
        actor=cast.act(cast.manager, now), case_id=case.pk, kind="hearing", from_on=from_on, to_on=to_on,
        authority="《信访工作条例》第三十六条第二款", now=now,
    )  # fmt: skip


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Each act in its own connection, all started together; "done" or the kind of its refusal, sorted."""
    start, results = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=20)
            act()
            results.append("done")
        except Refused as refused:
            results.append(refused.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(results)
