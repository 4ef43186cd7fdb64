"""What a browser is to ask a security key, remembered in its session, and the answer that came back."""

from __future__ import annotations

import datetime as dt
import uuid

from django.http import HttpRequest

from hall.access import Refused
from hall.models import User
from staffing import actions, rules
from staffing.forms import KeyAnswerForm
from staffing.models import KeyChallenge

ASKED = "key_asked"
"""In the session: purpose → the token of the newest challenge."""


def ask(request: HttpRequest, user: User, purpose: str, *, now: dt.datetime) -> KeyChallenge:
    """A fresh challenge, bound to this session."""
    asked = actions.make_challenge(user_id=user.pk, purpose=purpose, now=now)
    request.session[ASKED] = {**request.session.get(ASKED, {}), purpose: str(asked.token)}
    return asked


def signed(request: HttpRequest, user: User, purpose: str, *, now: dt.datetime) -> actions.Signed:
    """The answer in this POST with the challenge that the session asked; the challenge is used up by reading it."""
    token = request.session.get(ASKED, {}).get(purpose)
    challenge = actions.spend_challenge(
        token=uuid.UUID(token) if token else None, user_id=user.pk, purpose=purpose, now=now
    )
    return actions.Signed(KeyAnswerForm(request.POST).answer_of(), challenge)


def was_refused(refused: Refused, *, now: dt.datetime) -> None:
    """A key that was copied is stopped; the refusal itself has undone what was under way."""
    if isinstance(refused, rules.KeyCopied):
        actions.stop_security_key(key_id=refused.key_id, now=now)
