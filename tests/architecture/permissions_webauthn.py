"""Security keys, and slips that were not printed: who is answered what; read as `permissions` says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from staffing.models import SecurityKey
from tests.cast import Cast

KEYS_TABLE = """
# nobody is half in, and nobody has a key to confirm with
/sign-in/key/                              POST  409  409  409  409  409  409  409  409  409  409  409  409
/security/keys/add/                        GET   in   200  200  200  200  200  200  200  200  200  200  200
/security/keys/add/                        POST  in   422  422  422  422  422  422  422  422  422  422  422
# of the guide
/security/keys/<key_id>/remove/            POST  in   404  302  404  404  404  404  404  404  404  404  404
# slips that did not come out
/unprinted-tickets/                        GET   in   200  200  200  403  200  403  200  403  200  200  403
/unprinted-tickets/<hall>/                 GET   in   200  200  200  403  200  403  200  403  200  404  404
"""


def _key(cast: Cast) -> int:
    return SecurityKey.objects.get_or_create(
        user=cast.guide,
        credential_id=b"walked",
        defaults={"name": "Keyring", "public_key": b"-", "is_synced": False, "added_at": timezone.now()},
    )[0].pk


KEYS_FORMS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "/security/keys/add/": lambda here: {"data": {"name": "Keyring", "answer": "{}"}},
    "/security/keys/<key_id>/remove/": lambda here: {
        "args": {"key_id": _key(here.cast)},
        "data": {"confirmed": "1"},
    },
}
