"""The English pages as well, in a file of their own: the two walks are the longest tests, and a file has one worker."""

from __future__ import annotations

from typing import Any

from tests.architecture.world import World
from tests.journeys.hands import Door
from tests.journeys.looking import walk


def test_nobody_is_kept_out_by_how_a_page_is_made(door: Door, live_server: Any, here: World) -> None:
    walk(door, live_server.url, here, "en")
