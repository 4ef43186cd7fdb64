"""Each call once: what was answered to a key is kept, in the same transaction as what it did.

A second call with the same key waits a little on the row of the first. When the first has committed it gets the same
answer and nothing is done; when the first was refused or failed nothing was kept, and the second is the first; when it
is still under way the second is told so (409).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, connection
from rest_framework.request import Request

from hall.erasing import CALLS_KEPT as KEPT
from hall.machines.problems import Failed
from hall.models import ApiCall

LOCK_NOT_AVAILABLE = "55P03"
HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
KEY_LENGTH = 120
WAIT = 2
"""Seconds for which a call waits for one with the same key."""


def key_of(request: Request) -> str:
    """The key that the client chose. Raises Failed."""
    key = request.headers.get(HEADER, "").strip().strip('"')
    if not key:
        raise Failed("no-key")
    if len(key) > KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise Failed("no-key", f"{HEADER}: 1-{KEY_LENGTH} ASCII")
    return key


def fingerprint(request: Request) -> str:
    """Of the address and the body, the bytes of a file among them, so that one key stands for one request."""
    said = json.dumps([request.path, request.data], sort_keys=True, ensure_ascii=False, default=_told)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _told(value: Any) -> str:
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return f"{value.name}:{digest.hexdigest()}"


def begin(principal: str, key: str, mark: str, *, now: dt.datetime) -> tuple[ApiCall, bool]:
    """Within a transaction: the call, and whether it is new. Raises Failed(reused, in-flight)."""
    ApiCall.objects.filter(principal=principal, key=key, at__lt=now - KEPT).delete()
    made = ApiCall(principal=principal, key=key, fingerprint=mark, at=now)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}s'")
            ApiCall.objects.bulk_create([made], ignore_conflicts=True)
            call = ApiCall.objects.select_for_update().get(principal=principal, key=key)
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == LOCK_NOT_AVAILABLE:
            raise Failed("in-flight", wait=WAIT) from None
        raise
    if call.fingerprint != mark:
        raise Failed("reused")
    return call, call.status == 0


def finish(call: ApiCall, status: int, body: Any) -> None:
    ApiCall.objects.filter(pk=call.pk).update(
        status=status, answer=json.dumps(body, ensure_ascii=False, default=str)
    )


def answer_of(call: ApiCall) -> tuple[int, Any]:
    return call.status, json.loads(call.answer or "null")
