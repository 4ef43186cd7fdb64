"""Who asks: a machine by its token, a person by their session."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from hall.fields import origin_of
from hall.machines.throttles import too_many_wrong
from hall.models import User
from staffing.actions import use_token
from staffing.models import MachineToken
from staffing.rules import must_change_password

SCHEME = "Bearer"


class Token(BaseAuthentication):
    """`Authorization: Bearer hall_…`: the account of the machine that the token was issued to."""

    def authenticate(self, request: Request) -> tuple[User, MachineToken] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        token = use_token(secret.strip(), now=timezone.now())
        if token is None:
            if wait := too_many_wrong(origin_of(request.META.get("REMOTE_ADDR", ""))):
                raise exceptions.Throttled(wait)
            raise exceptions.AuthenticationFailed(_("令牌无效、已过期或者已被收回。"))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


class Session(SessionAuthentication):
    """A person who has signed in on the pages, with the CSRF token of their session; no old password."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        if found is not None and must_change_password(found[0], now=timezone.now()):
            raise exceptions.AuthenticationFailed(_("请先更改密码。"))
        if found is not None and 0 < request.session.get("factor_due", 0) <= timezone.now().timestamp():
            raise exceptions.AuthenticationFailed(_("请先设置两步验证。"))
        return found


class _TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names a token."""

    target_class = Token
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class _SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = Session
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
