"""How the doors of verification, and of a person's own file, are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.architecture.permissions_uploads import RETENTION_FORMS
from tests.architecture.world import World
from tests.architecture.world_of_checks import listed, receipt

VERIFY_FORMS: Mapping[str, Callable[[World], dict[str, Any]]] = {
    **RETENTION_FORMS,
    "/check-receipt/": lambda here: {"data": receipt()},
    "/petitioners/<petitioner_id>/file/": lambda here: {"data": {"proof": "own_id", "shape": "print"}},
    "/access-log/unusual/<user_id>/<day>/<kind>/": lambda here: {
        "args": listed(here.cast),
        "data": {"words": "问过本人，是当天的预约核对。"},
    },
}
