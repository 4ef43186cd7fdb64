"""What every door for machines has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.parsers import JSONParser
from rest_framework.views import APIView

from hall.machines.problems import Failed
from hall.machines.throttles import ByPrincipal


class Json(JSONParser):
    """A body that is nested deeper than Python goes is not one that we can read."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise Failed("malformed") from None


class MachineView(APIView):
    """JSON in and out, a bounded number of calls; errors are problem details (`problems.handle`)."""

    throttle_classes = (ByPrincipal,)
    parser_classes = (Json,)
