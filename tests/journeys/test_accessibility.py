"""Every page of the house in a real browser: axe finds nothing, and at 320 pixels nothing is wider than the screen."""

from __future__ import annotations

from typing import Any

from tests.architecture.world import World
from tests.journeys.hands import Door
from tests.journeys.looking import walk


def test_nobody_is_kept_out_by_how_a_page_is_made(door: Door, live_server: Any, here: World) -> None:
    walk(door, live_server.url, here, "zh-hans")
