"""When a security key is taken, and what its answer must be. Every refusal says in words what to do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import (
    base64url_to_bytes,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_client_data_json,
)
from webauthn.helpers.structs import AuthenticatorTransport, CredentialDeviceType

from hall.access import Actor, Refused, Text
from hall.models import User
from staffing import queries
from staffing.models import SecurityKey
from staffing.queries.keys import site_of_keys

MOST_KEYS = 10
CHALLENGE_LASTS = dt.timedelta(minutes=5)
MOST_CHALLENGES = 20
"""Open at once for one person and purpose: several tabs, not a flood."""
_TRANSPORTS = {one.value for one in AuthenticatorTransport}


@dataclass(frozen=True, slots=True)
class NewKey:
    """What is kept of a key that has just been made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    is_synced: bool


class KeyCopied(Refused):
    """The signature is right and the counter went back: two devices hold one key. The door stops the key."""

    def __init__(self, key: SecurityKey) -> None:
        super().__init__(
            _(
                "密钥“%(name)s”的计数倒退，可能被复制，已经停用。请改用验证码或恢复码登录，并尽快移除这把密钥。"
            )
            % {"name": key.name},
            "input",
            field="answer",
        )
        self.key_id = key.pk


def _refuse(reason: Text) -> Refused:
    return Refused(reason, "input", field="answer")


def _check_asked(
    answer: Mapping[str, Any] | None, challenge: bytes | None
) -> tuple[Mapping[str, Any], bytes]:
    """There is an answer, it answers what was asked just now, and it was given on this site."""
    if answer is None:
        raise _refuse(_("没有收到密钥的应答。请在浏览器中启用 JavaScript 后再试，或者改用验证码。"))
    if challenge is None:
        raise _refuse(_("等待的时间太长，或者这次请求已经用过。请再试一次。"))
    try:
        said = parse_client_data_json(base64url_to_bytes(answer["response"]["clientDataJSON"]))
    except Exception as error:
        raise _unreadable() from error
    if said.origin != site_of_keys()[1] or said.cross_origin:
        raise _refuse(
            _("这次操作不是在本站网址上做的，没有接受。请从 %(site)s 打开本站再试。")
            % {"site": site_of_keys()[1]}
        )
    if said.challenge != challenge:
        raise _refuse(_("密钥应答的不是刚才的请求。请再试一次。"))
    return answer, challenge


def _unreadable() -> Refused:
    return _refuse(_("密钥的应答没有通过核对。请再试一次；一直不行，请改用验证码。"))


def check_may_have_keys(actor: Actor) -> None:
    """Whoever is signed in, where the site's address lets browsers use keys at all."""
    if actor.user_id is None:
        raise Refused(_("请先登录。"), "role")
    if not queries.keys_work_here():
        raise Refused(
            _("安全密钥只能在 https 的域名上使用，请联系系统管理员设置本站网址（HALL_SITE_URL）。"), "state"
        )


def check_can_add_security_key(
    actor: Actor,
    user: User,
    *,
    name: str,
    answer: Mapping[str, Any] | None,
    challenge: bytes | None,
    now: dt.datetime,
) -> NewKey:
    """A key that nobody has registered yet, made for this site, just now, for this person. What is kept of it."""
    check_may_have_keys(actor)
    present = queries.keys_of(user)
    if not name:
        raise Refused(_("请给密钥起个名称，例如“钥匙串上的密钥”。"), "input", field="name")
    if present.filter(name=name).exists():
        raise Refused(_("您已经有一把叫“%(name)s”的密钥。") % {"name": name}, "input", field="name")
    if present.count() >= MOST_KEYS:
        raise Refused(_("最多登记%(n)s把密钥，请先移除不用的。") % {"n": MOST_KEYS}, "state")
    said, asked = _check_asked(answer, challenge)
    site, origin = site_of_keys()
    try:
        made = verify_registration_response(
            credential=dict(said), expected_challenge=asked, expected_rp_id=site, expected_origin=origin
        )
        # A key that cannot be read now could not be read when its owner wants to come in.
        decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
        transports = said["response"].get("transports") or []
        known = tuple(sorted({one for one in transports if one in _TRANSPORTS}))
    except Exception as error:
        raise _unreadable() from error
    if len(made.credential_id) > 1023 or len(made.credential_public_key) > 2048:
        raise _unreadable()
    if SecurityKey.objects.filter(credential_id=made.credential_id).exists():
        refuse_known_key()
    is_synced = made.credential_device_type == CredentialDeviceType.MULTI_DEVICE
    return NewKey(made.credential_id, made.credential_public_key, made.sign_count, known, is_synced)


def refuse_known_key() -> None:
    raise _refuse(_("这把密钥已经登记过，请换一把。"))


def check_can_use_security_key(
    user: User, answer: Mapping[str, Any] | None, challenge: bytes | None, *, now: dt.datetime
) -> tuple[SecurityKey, int]:
    """One of the person's own keys signed what was asked just now. The key, and how far its counter has come."""
    said, asked = _check_asked(answer, challenge)
    site, origin = site_of_keys()
    try:
        key = queries.keys_of(user).filter(credential_id=base64url_to_bytes(said["rawId"])).first()
    except Exception as error:
        raise _unreadable() from error
    if key is None:
        raise _refuse(_("这把密钥没有在您的账户登记。请换一把，或者改用验证码。"))
    if key.stopped_at is not None:
        raise _refuse(_("密钥“%(name)s”已经停用。请换一把，或者改用验证码。") % {"name": key.name})
    try:
        # The counter is judged below, when the signature is known to be right: nobody else stops a key.
        proved = verify_authentication_response(
            credential=dict(said), expected_challenge=asked, expected_rp_id=site, expected_origin=origin,
            credential_public_key=bytes(key.public_key), credential_current_sign_count=0,
        )  # fmt: skip
    except Exception as error:
        raise _unreadable() from error
    if (proved.new_sign_count or key.sign_count) and proved.new_sign_count <= key.sign_count:
        raise KeyCopied(key)
    return key, proved.new_sign_count


def check_can_remove_security_key(actor: Actor, key: SecurityKey, *, now: dt.datetime) -> None:
    """One's own; not the last thing that passes the second step, where the role asks for one."""
    if key.user_id != actor.user_id:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    left = queries.usable_factors(key.user) - (key.stopped_at is None)
    if not left and queries.needs_second_factor(key.user, now=now):
        raise Refused(
            _("您的岗位必须使用两步验证，这是最后一把能用的密钥。请先登记另一把，或者设置手机验证码。"),
            "state",
        )
