"""Posts: who may give them to whom, and what follows from holding one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test.utils import CaptureQueriesContext
from django.db import connection

from staffing.queries import actor_of, holders
from tests.cast import NOW, Cast


def test_an_actor_holds_todays_posts_and_costs_one_query(cast: Cast) -> None:
    with CaptureQueriesContext(connection, ) as asked:
        actor = actor_of(cast.liaison, today=NOW.date())
    assert len(asked) == 1
    assert actor.roles == {"liaison"}
    assert actor.departments("liaison") == (cast.units["labour"].pk,)
    assert list(holders("liaison", department_id=cast.units["labour"].pk, day=NOW.date())) == [cast.liaison]
