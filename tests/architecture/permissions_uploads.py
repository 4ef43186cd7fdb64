"""The lines of retention, and how its doors are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

RETENTION = """
# retention: who keeps the house secure
# address                                        anon clrk guid lias head lia2 lead mana supe admi stra idle
/retention/                                GET   in   403  403  403  403  403  403  403  403  200  403  403
/retention/<kind>/change/                  GET   in   403  403  403  403  403  403  403  403  200  403  403
/retention/<kind>/change/                  POST  in   403  403  403  403  403  403  403  403  302  403  403
"""
RETENTION_FORMS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "/retention/<kind>/change/": lambda _here: {
        "args": {"kind": "drafts"},
        "data": {"days": "5", "reason": "本厅草稿多为当日补录，五天足够。"},
    },
}
