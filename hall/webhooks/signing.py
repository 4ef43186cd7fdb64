"""Signed as Standard Webhooks says: whoever knows the secret tells our message from any other, and from a late copy."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX, SIGNED = "whsec_", "v1,"


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """`v1,` and the HMAC-SHA256 over `id.timestamp.body`, as base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    said = f"{message_id}.{timestamp}.{body}".encode()
    return SIGNED + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()


def headers_of(keys: Sequence[str], message_id: str, body: str, *, now: dt.datetime) -> dict[str, str]:
    """One signature for each secret that counts today: while one is turned over, whoever knows either is content."""
    timestamp = int(now.timestamp())
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "joint-reception-hall",
        "Webhook-Id": message_id,
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": " ".join(signature(key, message_id, timestamp, body) for key in keys),
    }
