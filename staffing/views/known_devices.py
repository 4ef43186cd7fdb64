"""The cookie by which a browser is known again: signed, and naming only accounts that have signed in from it."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from staffing import queries
from staffing.queries.signin import Origin

COOKIE = "hall_known"
_SALT = "staffing.device"
MOST_ACCOUNTS = 12
"""People of one window's computer; the one who was away longest is forgotten."""


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    age = settings.HALL_KNOWN_DEVICE_DAYS * 86400
    try:
        device, accounts = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=age)
    except (signing.BadSignature, ValueError, TypeError):
        return "", []
    return device, accounts


def origin_of(request: HttpRequest, username: str) -> Origin:
    """Where this try comes from, as the limits count it."""
    device, accounts = _read(request)
    known = queries.account_key(username).hex() in accounts
    address = request.META.get("REMOTE_ADDR", "")
    return queries.origin(username, device=device if known else "", address=address)


def remember(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """The owner signed in from here."""
    device, accounts = _read(request)
    mine = queries.account_key(username).hex()
    accounts = [mine, *(one for one in accounts if one != mine)][:MOST_ACCOUNTS]
    response.set_cookie(
        COOKIE, signing.dumps([device or secrets.token_hex(16), accounts], salt=_SALT),
        max_age=settings.HALL_KNOWN_DEVICE_DAYS * 86400, path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
    )  # fmt: skip
