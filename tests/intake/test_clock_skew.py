"""A page drawn by a host whose clock is ahead proposes the minute it shows: no future to the host that takes it
(record_incident, record_talk, book_reception)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from hall.access import Refused
from hall.clock import HOSTS_DIFFER
from intake.forms.booking import Riddle
from tests.cast import NOW, Cast, queues, take
from tests.guidance import happened, talked
from tests.intake.test_book_reception import door, form

pytestmark = pytest.mark.django_db
__all__ = ["door"]
AHEAD, TOO_FAR = HOSTS_DIFFER - dt.timedelta(seconds=10), HOSTS_DIFFER + dt.timedelta(seconds=10)


def test_what_happened_just_now_by_the_other_clock_is_taken(cast: Cast) -> None:
    visit = take(cast, queues(cast)["B"]).visit_id
    assert happened(cast, happened_at=NOW + AHEAD).happened_at == NOW + AHEAD
    assert talked(cast, visit, talked_at=NOW + AHEAD).talked_at == NOW + AHEAD
    for act in (
        lambda: happened(cast, happened_at=NOW + TOO_FAR),
        lambda: talked(cast, visit, talked_at=NOW + TOO_FAR),
    ):
        with pytest.raises(Refused, match="不能晚于现在"):
            act()


def test_a_booking_drawn_there_is_not_too_quick_here(client: Client, door: str) -> None:
    riddle = Riddle.new(now=timezone.now() + AHEAD)
    sent = form(timezone.now(), stamp=riddle.signed(), answer=str(riddle.answer))
    assert client.post(door, sent).status_code == 302
