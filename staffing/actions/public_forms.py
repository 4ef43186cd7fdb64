"""Forms for people without a login: their seal, the code that they earn, and how often one place may send them.

The code is made from the form's token with the house's key: the same form sent twice shows the same code. `what` names
the form, so that a token of one never gives the code of another.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
import uuid

from django.conf import settings
from django.core import signing
from django.db import connection
from django.db.models import Count, Min

from hall.fields import keyed
from staffing.models import PublicTry
from staffing.rules.complaints import refuse_busy

_SALT = "staffing.complaint"
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 12
CODES_WINDOW = dt.timedelta(days=1)


def seal(now: dt.datetime) -> str:
    """What a form carries: when it was drawn and a token of its own, signed."""
    return signing.dumps([now.timestamp(), uuid.uuid4().hex], salt=_SALT)


def unseal(text: str) -> tuple[dt.datetime, uuid.UUID] | None:
    """See `seal`; None when we did not make it."""
    try:
        drawn, token = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    return dt.datetime.fromtimestamp(drawn, dt.UTC), uuid.UUID(token)


def code_of(token: uuid.UUID, what: str = "complaint") -> str:
    """The code of what came with this form."""
    number = int.from_bytes(keyed(what, token.hex))
    signs = []
    for _n in range(_LENGTH):
        number, sign = divmod(number, len(_ALPHABET))
        signs.append(_ALPHABET[sign])
    return "".join(signs)


def plain_code(code: str) -> str:
    """A code as it was made, however it was typed."""
    return "".join(ch for ch in unicodedata.normalize("NFKC", code).upper() if ch.isalnum())[:40]


def refuse_too_many(
    what: str, origin: bytes, most: int, window: dt.timedelta, *, now: dt.datetime, field: str = ""
) -> None:
    """Exact under load: those from one place stand in line until the one before has been written. `window`: no longer
    than the tries are kept (`forget_tries`).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{what}{origin.hex()}"])
    tries = PublicTry.objects.filter(origin=origin, what=what, at__gt=now - window)
    found = tries.aggregate(n=Count("pk"), first=Min("at"))
    if found["n"] >= most:
        refuse_busy(found["first"] + window - now, field=field)


def count_code(phone: str, *, now: dt.datetime) -> None:
    """One more code goes to this telephone, in the caller's transaction: refused where it had enough in 24 hours.

    One count for all doors that send codes. Asked for last, after the door's own locks. Raises Refused(busy).
    """
    reader = keyed("code-phone", phone)
    refuse_too_many("code-phone", reader, settings.HALL_CODES_A_DAY, CODES_WINDOW, now=now, field="phone")
    count_try("code-phone", reader, now=now)


def count_try(what: str, origin: bytes, *, now: dt.datetime) -> None:
    """One more from there."""
    PublicTry.objects.create(origin=origin, what=what, at=now)
