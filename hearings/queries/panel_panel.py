"""What the page of a hearing shows of its panel (`templates/hearings/_panel.html`)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hall.access import Actor
from hearings.models import Hearing
from hearings.queries.panel import seats_of
from hearings.queries.panel_state import state_of
from hearings.queries.parties import parties_of


def panel_of(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> dict[str, Any]:
    """Who sits, whether the panel is whole, who takes part."""
    seats = seats_of(hearing)
    sitting = [seat for seat in seats if seat.status == "seated"]
    pending = sum(any(one.granted is None for one in seat.recusals.all()) for seat in sitting)
    return {
        "seats": sitting,
        "state": state_of(hearing.panel_size, hearing.rules.panel_least, seats, pending),
        "parties": list(parties_of(hearing)),
    }
