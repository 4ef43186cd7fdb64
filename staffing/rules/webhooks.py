"""Who has other systems told of the hall's matters, of what, and at which addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from hall.webhooks import EVENTS
from hall.webhooks.posting import parsed
from staffing.models import Delivery, Webhook
from staffing.rules.machines import check_keeps_machines

MOST_WEBHOOKS = 20
SECRET_OVERLAP = dt.timedelta(days=2)
"""How long the former secret still signs after it was turned over."""
DELIVERY_KEPT = dt.timedelta(days=90)


def check_can_save_webhook(
    actor: Actor, webhook: Webhook | None, *, hall_id: int, name: str, url: str, events: Collection[str],
    now: dt.datetime,
) -> None:  # fmt: skip
    """An address that a message can go to; whether it may be reached is looked at each time something is sent."""
    check_keeps_machines(actor, hall_id)
    if not name.strip():
        raise Refused(_("请写明接收的系统。"), "input", field="name")
    parts = parsed(url.strip())
    if parts is None or len(url) > 500:
        raise Refused(_("请填写完整的 https:// 地址，不带用户名和 #。"), "input", field="url")
    if parts.scheme != "https" and not settings.HALL_WEBHOOK_NETWORKS:
        raise Refused(
            _("只能用 https:// 地址；不加密的地址只许用于得到许可的内部网络。"), "input", field="url"
        )
    if not events:
        raise Refused(_("请至少选择一种事件。"), "input", field="events")
    if unknown := sorted(set(events) - set(EVENTS)):
        raise Refused(_("没有这样的事件：%(event)s。") % {"event": unknown[0]}, "input", field="events")
    others = Webhook.objects.filter(hall_id=hall_id)
    if webhook is not None:
        others = others.exclude(pk=webhook.pk)
    if others.filter(url=url.strip()).exists():
        raise Refused(_("本厅已经登记过这个地址。"), "input", field="url")
    if webhook is None and others.count() >= MOST_WEBHOOKS:
        raise Refused(_("一个大厅最多登记%(n)s个接收系统。") % {"n": MOST_WEBHOOKS}, "state")


def check_can_rotate_webhook(actor: Actor, webhook: Webhook, *, now: dt.datetime) -> None:
    """One former secret at a time: the receiver of the one before would be cut off."""
    check_keeps_machines(actor, webhook.hall_id)
    if webhook.former_until is not None and webhook.former_until > now:
        raise Refused(_("上一次更换的旧密钥还在过渡期内，过后再换。"), "state")


def check_can_send_test_event(actor: Actor, webhook: Webhook, *, now: dt.datetime) -> None:
    check_keeps_machines(actor, webhook.hall_id)
    _check_active(webhook)


def check_can_replay_delivery(actor: Actor, delivery: Delivery, *, now: dt.datetime) -> None:
    """What was sent or given up may be sent once more; what still waits goes by itself."""
    check_keeps_machines(actor, delivery.webhook.hall_id)
    if delivery.state == "pending":
        raise Refused(_("这条还在等待发送，不必重发。"), "state")
    _check_active(delivery.webhook)


def _check_active(webhook: Webhook) -> None:
    if not webhook.is_active:
        raise Refused(_("这个接收系统已经停用，先启用再发送。"), "state")
