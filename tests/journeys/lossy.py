"""A browser whose pictures and sounds get lost on the way, while its pages and its line to the house are whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page


def lossy(page: Page) -> Callable[[int], None]:
    """So many of a hundred packets of WebRTC of this page are lost, from then on. Before the page is loaded: Chromium
    decides for each socket, when it is opened, whether anything may befall it.
    """
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")

    def lose(percent: int) -> None:
        rule: dict[str, Any] = {"urlPattern": "", "latency": 1, "packetLoss": percent}
        rule |= {"downloadThroughput": -1, "uploadThroughput": -1}
        line.send(
            "Network.emulateNetworkConditionsByRule", {"offline": False, "matchedNetworkConditions": [rule]}
        )

    lose(0)
    return lose
