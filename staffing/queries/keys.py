"""Which keys a person has, what a key is asked to sign, and under which name this site stands in it."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from webauthn import generate_authentication_options, generate_registration_options
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hall.fields import keyed
from hall.models import User
from staffing.models import KeyChallenge, SecurityKey, SecurityKeyQuerySet
from staffing.queries.signin import authenticator_of

WAIT_MS = 120_000
"""So long the browser waits for a hand on the key."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


def site_of_keys() -> tuple[str, str]:
    """The name for which a key is made, and the only origin from which its answer is taken (HALL_SITE_URL).

    The configured address, never the request's: whoever can send a Host header must not choose for which site we ask.
    """
    parts = urlsplit(settings.HALL_SITE_URL)
    name = (parts.hostname or "").lower()
    port = "" if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    return name, f"{parts.scheme}://{name}{port}"


def keys_work_here() -> bool:
    """Browsers know keys on https and on localhost, and for names, not for numbers."""
    name, origin = site_of_keys()
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return bool(name) and (origin.startswith("https://") or name == "localhost")
    return False


def keys_of(user: User) -> SecurityKeyQuerySet:
    return SecurityKey.objects.filter(user=user)


def has_second_factor(user: User) -> bool:
    """Whether signing in asks for more than the password. A stopped key asks too: nobody falls back because of it."""
    return authenticator_of(user) is not None or keys_of(user).exists()


def usable_factors(user: User) -> int:
    """With how many things of their own the person can pass the second step today; recovery codes do not count."""
    return int(authenticator_of(user) is not None) + keys_of(user).usable().count()


def _named(keys: QuerySet[SecurityKey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=bytes(key.credential_id), transports=[AuthenticatorTransport(one) for one in key.transports]
        )
        for key in keys
    ]


def creation_options(user: User, asked: KeyChallenge) -> dict[str, Any]:
    """What the browser makes a new key from. Who made the key (attestation) is not asked."""
    return options_to_json_dict(
        generate_registration_options(
            rp_id=site_of_keys()[0],
            rp_name=_("联合接访大厅"),
            user_id=keyed("security-key", str(user.pk)),
            user_name=user.username,
            user_display_name=user.label,
            challenge=bytes(asked.challenge),
            timeout=WAIT_MS,
            exclude_credentials=_named(keys_of(user)),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
        )
    )


def request_options(user: User, asked: KeyChallenge) -> dict[str, Any]:
    """What the person's own keys are asked to sign."""
    return options_to_json_dict(
        generate_authentication_options(
            rp_id=site_of_keys()[0],
            challenge=bytes(asked.challenge),
            timeout=WAIT_MS,
            allow_credentials=_named(keys_of(user).usable()),
            user_verification=UserVerificationRequirement.PREFERRED,
        )
    )
