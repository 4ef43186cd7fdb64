"""How deep a property is tried: an ordinary run as often as finds what was ever found, a thorough one far oftener.

`make test ARGS=…` is ordinary; HALL_THOROUGH=1 before it makes it thorough, as the night's run is.
"""

from __future__ import annotations

import os

IS_THOROUGH = os.environ.get("HALL_THOROUGH", "") not in ("", "0")


def examples(ordinary: int, thorough: int) -> int:
    """So many examples in this run."""
    return thorough if IS_THOROUGH else ordinary
