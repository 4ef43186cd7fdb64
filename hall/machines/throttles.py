"""How many calls a minute: of each token or account, never of an address alone, so that nobody locks others out."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class ByPrincipal(SimpleRateThrottle):
    """`HALL_API_RATE`, counted in each process."""

    scope = "principal"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        from_token = getattr(request.auth, "pk", None)
        ident = f"token:{from_token}" if from_token else f"user:{getattr(request.user, 'pk', None)}"
        return str(self.cache_format % {"scope": self.scope, "ident": ident})
