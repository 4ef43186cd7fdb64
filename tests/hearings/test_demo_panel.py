"""The demo's panel is drawn by the real actions."""

from __future__ import annotations

import pytest
from django.utils import timezone

from hearings.management.demo_panel import fill_pool, seat_panel, set_date
from hearings.queries.panel_state import panel_state
from tests.cast import NOW, Cast
from tests.hearings.panel_steps import hearing_room, preparing

pytestmark = pytest.mark.django_db


def test_pool_panel_and_date(cast: Cast) -> None:
    manager, hearing = cast.act(cast.manager), preparing(cast)
    now = timezone.localtime(NOW)
    hearing_room(cast)
    assert len(fill_pool(manager=manager, hall=cast.hall, now=now)) == 9
    assert fill_pool(manager=manager, hall=cast.hall, now=now) == []
    seat_panel(manager=manager, hearing=hearing, seed="demo", recuse=True, now=now)
    assert panel_state(hearing).is_complete and hearing.parties.count() == 2
    assert set_date(manager=manager, hearing=hearing, now=now).status == "scheduled"
