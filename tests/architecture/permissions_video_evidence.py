"""Material shown in a video room, and rooms planned from a sitting and a hearing: read as `permissions` says."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

EVIDENCE = """
# evidence: whoever holds no seat by a cookie is told that another browser has it; the picture is not there
/video/<token>/evidence/                   GET   409
/video/<token>/evidence/show/              POST  409
/video/<token>/evidence/hide/              POST  409
/video/<token>/evidence/<shown>/           GET   404
/sittings/<sitting_id>/plan-sitting-video/ GET   in   200  404  200  200  200  200  200  200  404  404  404
/sittings/<sitting_id>/plan-sitting-video/ POST  in   302  404  403  403  403  403  302  403  404  404  404
/hearings/<hearing_id>/plan-hearing-video/          GET   in   403  404  403  403  404  403  200  403  404  404  404
/hearings/<hearing_id>/plan-hearing-video/          POST  in   403  404  403  403  404  403  302  403  404  404  404
/hearing-parties/<party_id>/invite-party-by-video/  GET   in   403  404  403  403  404  403  200  403  404  404  404
/hearing-parties/<party_id>/invite-party-by-video/  POST  in   403  404  403  403  404  403  409  403  404  404  404
"""


def _live(here: Any) -> dict[str, Any]:
    return {"args": {"token": here.leading["video_token"], "shown": uuid.UUID(int=1)}}


EVIDENCE_FORMS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "/video/<token>/evidence/": _live,
    "/video/<token>/evidence/show/": _live,
    "/video/<token>/evidence/hide/": _live,
    "/video/<token>/evidence/<shown>/": _live,
    "/hearings/<hearing_id>/plan-hearing-video/": lambda here: {"args": {"hearing_id": here.panel["set"]}},
    "/hearing-parties/<party_id>/invite-party-by-video/": lambda here: {
        "args": {"party_id": here.panel["party"]}
    },
}
