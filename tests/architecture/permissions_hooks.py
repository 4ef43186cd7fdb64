"""Tokens of machines and webhooks in the house that is walked through: the rows, the things, and what is typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from hall.access import SYSTEM
from staffing.actions import issue_token, post_person, register_user, save_webhook, send_test_event
from staffing.lifecycle import CLERK
from staffing.models import Delivery
from tests.cast import Cast

HOOKS = """
# hooks: the administrator of the hall alone
/machine-tokens/                               GET   in   403  403  403  403  403  403  403  403  200  403  403
/machine-tokens/account/                       GET   in   403  403  403  403  403  403  403  403  200  403  403
/machine-tokens/account/                       POST  in   403  403  403  403  403  403  403  403  302  403  403
/machine-tokens/issue/                         GET   in   403  403  403  403  403  403  403  403  200  403  403
/machine-tokens/issue/                         POST  in   403  403  403  403  403  403  403  403  200  403  403
/machine-tokens/<token_id>/rotate/             GET   in   404  404  404  404  404  404  404  404  200  404  404
/machine-tokens/<token_id>/rotate/             POST  in   404  404  404  404  404  404  404  404  200  404  404
/machine-tokens/<token_id>/revoke/             GET   in   404  404  404  404  404  404  404  404  200  404  404
/machine-tokens/<token_id>/revoke/             POST  in   404  404  404  404  404  404  404  404  302  404  404
/webhooks/                                     GET   in   403  403  403  403  403  403  403  403  200  403  403
/webhooks/new/                                 GET   in   403  403  403  403  403  403  403  403  200  403  403
/webhooks/new/                                 POST  in   403  403  403  403  403  403  403  403  200  403  403
/webhooks/<webhook_id>/                        GET   in   404  404  404  404  404  404  404  404  200  404  404
/webhooks/<webhook_id>/change/                 GET   in   404  404  404  404  404  404  404  404  200  404  404
/webhooks/<webhook_id>/change/                 POST  in   404  404  404  404  404  404  404  404  302  404  404
/webhooks/<webhook_id>/rotate/                 POST  in   404  404  404  404  404  404  404  404  200  404  404
/webhooks/<webhook_id>/test/                   POST  in   404  404  404  404  404  404  404  404  302  404  404
/webhooks/deliveries/<delivery_id>/            GET   in   404  404  404  404  404  404  404  404  200  404  404
/webhooks/deliveries/<delivery_id>/replay/     POST  in   404  404  404  404  404  404  404  404  302  404  404
"""


def hook_rows(cast: Cast, now: dt.datetime) -> dict[str, int]:
    """A machine with a token, a system that is told, and a message to it that was given up."""
    admin = cast.act(cast.administrator, now)
    user = register_user(
        actor=SYSTEM, username="city-exchange", name="数据交换账户", name_en="Exchange account", now=now
    )
    post_person(
        actor=SYSTEM, user_id=user.pk, role=CLERK, title="系统", title_en="System", hall_id=cast.hall.pk,
        from_on=timezone.localdate(now), now=now,
    )  # fmt: skip
    token, _secret = issue_token(
        actor=admin, hall_id=cast.hall.pk, user_id=user.pk, name="城市数据交换平台", scopes=("cases:read",),
        known=("cases:read",), expires_at=now + dt.timedelta(days=90), now=now,
    )  # fmt: skip
    hook, _secret = save_webhook(
        actor=admin, hall_id=cast.hall.pk, name="城市数据交换平台", url="https://exchange.example.cn/hall",
        events=("close_case",), now=now,
    )  # fmt: skip
    told = send_test_event(actor=admin, webhook_id=hook.pk, now=now)
    Delivery.objects.filter(pk=told.pk).update(state="dead", attempts=6, next_attempt_at=None)
    return {"token_id": token.pk, "webhook_id": hook.pk, "delivery_id": told.pk, "machine": user.pk}


def _until(here: Any) -> str:
    return (timezone.localdate(here.now) + dt.timedelta(days=60)).isoformat()


def _told(here: Any, path: str) -> dict[str, Any]:
    return {
        "hall": here.cast.hall.pk, "name": "市民热线", "url": f"https://exchange.example.cn/{path}",
        "events": ["register_case", "close_case"], "is_active": "on",
    }  # fmt: skip


HOOK_FORMS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "/machine-tokens/account/": lambda _here: {"data": {"name": "一楼取号机", "username": "kiosk-one"}},
    "/machine-tokens/issue/": lambda here: {
        "data": {
            "hall": here.cast.hall.pk, "user": here.leading["machine"], "name": "取号机", "scopes": ["cases:read"],
            "expires_on": _until(here),
        }
    },
    "/machine-tokens/<token_id>/rotate/": lambda here: {"data": {"expires_on": _until(here)}},
    "/machine-tokens/<token_id>/revoke/": lambda _here: {"data": {"reason": "设备报废"}},
    "/webhooks/new/": lambda here: {"data": _told(here, "new")},
    "/webhooks/<webhook_id>/change/": lambda here: {"data": _told(here, "changed")},
}  # fmt: skip
