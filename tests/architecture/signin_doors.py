"""Signing in and what belongs to it: who is answered what, and what the doors are asked with."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from staffing.actions import keep_form
from staffing.models import StaffSession
from tests.architecture.permissions_webauthn import KEYS_FORMS, KEYS_TABLE
from tests.cast import Cast

SIGNIN_TABLE = """
/sign-in/code/                             GET   302  302  302  302  302  302  302  302  302  302  302  302
/sign-in/code/                             POST  302  302  302  302  302  302  302  302  302  302  302  302
/password/                                 GET   in   200  200  200  200  200  200  200  200  200  200  200
/password/                                 POST  in   302  302  302  302  302  302  302  302  302  302  302
/security/                                 GET   in   200  200  200  200  200  200  200  200  200  200  200
/security/make/                            POST  in   302  302  302  302  302  302  302  302  302  302  302
/security/set-up/                          GET   in   302  302  302  302  302  302  302  302  302  302  302
/security/set-up/                          POST  in   302  302  302  302  302  302  302  302  302  302  302
/security/remove/                          POST  in   409  409  409  409  409  409  409  409  409  409  409
/security/codes/                           POST  in   409  409  409  409  409  409  409  409  409  409  409
/security/sessions/end-others/             POST  in   302  302  302  302  302  302  302  302  302  302  302
# of the guide
/security/sessions/<session_id>/end/       POST  in   404  302  404  404  404  404  404  404  302  404  404
/confirm/                                  GET   in   200  200  200  200  200  200  200  200  200  200  200
/confirm/                                  POST  in   422  422  422  422  422  422  422  422  422  422  422
# what the manager sent
/kept/<token>/                             GET   in   404  404  404  404  404  404  200  404  404  404  404
/kept/<token>/drop/                        POST  in   404  404  404  404  404  404  302  404  404  404  404
# of the guide, who has none to reset
/people/<user_id>/second-factor/           GET   in   404  404  404  404  404  404  403  404  409  404  404
/people/<user_id>/second-factor/           POST  in   404  404  404  404  404  404  403  404  409  404  404
"""
SIGNIN_TABLE += KEYS_TABLE


def _session(cast: Cast) -> int:
    return StaffSession.objects.get_or_create(
        user=cast.guide, key="walked", defaults={"began_at": timezone.now(), "device": "Firefox · Windows"}
    )[0].pk


def _kept(cast: Cast) -> uuid.UUID:
    fields = [("name", "Liu Yang"), ("note", "<b>two\nlines</b>")]
    actor, now = cast.act(cast.manager), timezone.now()
    return keep_form(actor=actor, path="/people/register/", fields=fields, had_files=False, now=now).token


SIGNIN_FORMS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    **KEYS_FORMS,
    "/sign-in/": lambda here: {"data": {"username": "clerk", "password": "not-the-password"}},
    "/password/": lambda here: {
        "data": {"old_password": "-", "new_password": "Others-2026-open", "again": "Others-2026-open"}
    },
    "/confirm/": lambda here: {"data": {"password": "not-the-password"}},
    "/security/remove/": lambda here: {"data": {"confirmed": "1"}},
    "/security/codes/": lambda here: {"data": {"confirmed": "1"}},
    "/security/sessions/<session_id>/end/": lambda here: {"args": {"session_id": _session(here.cast)}},
    "/kept/<token>/": lambda here: {"args": {"token": _kept(here.cast)}},
    "/kept/<token>/drop/": lambda here: {"args": {"token": _kept(here.cast)}},
    "/people/<user_id>/second-factor/": lambda here: {"data": {"reason": "Phone lost, came in person"}},
}
