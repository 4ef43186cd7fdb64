"""Wait for what a page says of itself, where its policy lets no text be run as code."""

from __future__ import annotations

import time
from typing import Any


def until(page: Any, expression: str, *, timeout: float = 30_000, every: float = 300) -> None:
    """Until the expression or function is true at the page; `page.wait_for_function` would run it with `eval`.

    `timeout` and `every` in milliseconds. Raises AssertionError.
    """
    end = time.monotonic() + timeout / 1000
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"not within {timeout / 1000:.0f} s: {expression}"
        page.wait_for_timeout(every)
