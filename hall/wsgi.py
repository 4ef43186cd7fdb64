"""The door for gunicorn."""

import os
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")

PROXIES = int(os.environ.get("HALL_PROXIES") or "0")
_hall = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """Behind HALL_PROXIES proxies of our own, the caller's address is the one the outermost of them saw.

    What a caller writes into X-Forwarded-For himself stands further left and is never read. Without it the
    whole public would share one allowance of wrong query codes.
    """
    hops = [hop.strip() for hop in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if 0 < PROXIES <= len(hops):
        environ["REMOTE_ADDR"] = hops[-PROXIES]
    return _hall(environ, start_response)
