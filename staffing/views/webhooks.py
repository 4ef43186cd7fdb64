"""Systems that are told of the hall's matters, and every message to them, for the administrators of a hall."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access import Refused, Request, allowed, get_visible
from hall.outbox import BACK_OFF
from hall.webhooks import EVENTS, FAILURES, TEST_EVENT
from staffing import actions, queries, rules
from staffing.forms import DeliveryFilter, WebhookForm, show
from staffing.models import Delivery, Webhook
from staffing.views.machines import after_of, show_secret
from staffing.views.people import ask_first


def _webhook(request: Request, webhook_id: int) -> Webhook:
    return get_visible(Webhook.objects.visible_to(request.actor).select_related("hall"), pk=webhook_id)


def _delivery(request: Request, delivery_id: int) -> Delivery:
    visible = Delivery.objects.visible_to(request.actor)
    return get_visible(visible.select_related("webhook__hall"), pk=delivery_id)


def _event(code: str) -> str:
    return _("测试") if code == TEST_EVENT else str(EVENTS.get(code, code))


def _failure(delivery: Delivery) -> str:
    """Why the last try failed, in words; the other side's own words are never kept."""
    code = delivery.last_error.rpartition(": ")[2]
    return str(FAILURES.get(code, _("没有发出"))) if delivery.last_error else ""


@require_safe
def webhooks(request: Request) -> HttpResponse:
    """`/webhooks/`: who is told, of what, and where messages are stuck."""
    rules.check_sees_machines(request.actor)
    return render(request, "staffing/webhooks.html", {"rows": list(queries.webhook_lines(request.actor))})


@never_cache
@require_http_methods(["GET", "POST"])
def save_webhook(request: Request, webhook_id: int | None = None) -> HttpResponse:
    """A new one; with an id one that is there."""
    one = _webhook(request, webhook_id) if webhook_id else None
    rules.check_sees_machines(request.actor)
    form = WebhookForm(request.POST or None, halls=queries.halls_with_machines(request.actor), webhook=one)
    if request.method == "POST" and form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name != "hall"}
        hall_id = one.hall_id if one else form.cleaned_data["hall"].pk
        try:
            saved, secret = actions.save_webhook(
                actor=request.actor, hall_id=hall_id, webhook_id=webhook_id, now=timezone.now(), **facts
            )
        except Refused as refused:
            show(form, refused)
        else:
            if secret:
                return _shown(request, _("已登记接收系统"), saved, secret)
            messages.success(request, _("“%(name)s”已保存。") % {"name": saved.name})
            return redirect("staffing:webhook", saved.pk)
    context = {"form": form, "webhook": one}
    return render(request, "staffing/save_webhook.html", context, status=422 if form.is_bound else 200)


def _shown(request: Request, title: str, webhook: Webhook, secret: str) -> HttpResponse:
    return show_secret(
        request, title=title, facts=[(_("接收系统"), webhook.name), (_("签名密钥"), secret)],
        hint=_("密钥只在这里显示一次，请经加密的途径交给对方；对方凭它核对每条消息确实由本厅发出。"),
        back=reverse("staffing:webhook", args=[webhook.pk]),
    )  # fmt: skip


@require_safe
def webhook(request: Request, webhook_id: int) -> HttpResponse:
    """One system, and what was sent to it, the latest first."""
    one, now = _webhook(request, webhook_id), timezone.now()
    form = DeliveryFilter(request.GET)
    asked = form.asked()
    page = queries.delivery_lines(one, after=after_of(request), **asked)
    context = {
        "webhook": one,
        "events": [_event(code) for code in one.events],
        "former": one.former_until if one.former_until and one.former_until > now else None,
        "form": form,
        "rows": [
            {"delivery": row, "event": _event(row.event), "failure": _failure(row)} for row in page.rows
        ],
        "after": page.after or "",
        "is_filtered": any(asked.values()),
        "may_rotate": allowed(rules.check_can_rotate_webhook, request.actor, one, now=now),
        "may_test": allowed(rules.check_can_send_test_event, request.actor, one, now=now),
    }
    return render(request, "staffing/webhook.html", context)


@never_cache
@require_POST
def rotate_webhook(request: Request, webhook_id: int) -> HttpResponse:
    one, now = _webhook(request, webhook_id), timezone.now()
    question = _("更换“%(name)s”的签名密钥吗？") % {"name": one.name}
    consequence = _("新密钥只显示一次；此后2天每条消息用新旧两个密钥签名，对方在这期间换上即可。")
    back = reverse("staffing:webhook", args=[one.pk])
    if asked := ask_first(request, question, consequence, _("更换密钥"), back):
        return asked
    saved, secret = actions.rotate_webhook(actor=request.actor, webhook_id=one.pk, now=now)
    return _shown(request, _("已更换签名密钥"), saved, secret)


@require_POST
def send_test_event(request: Request, webhook_id: int) -> HttpResponse:
    one = _webhook(request, webhook_id)
    sent = actions.send_test_event(actor=request.actor, webhook_id=one.pk, now=timezone.now())
    messages.success(request, _("测试消息已交发送，稍后刷新看结果。"))
    return redirect("staffing:delivery", sent.pk)


@require_safe
def delivery(request: Request, delivery_id: int) -> HttpResponse:
    """One message: what was said, and what became of it."""
    one = _delivery(request, delivery_id)
    context = {
        "delivery": one,
        "event": _event(one.event),
        "failure": _failure(one),
        "body": json.dumps(json.loads(one.body), ensure_ascii=False, indent=2),
        "most": len(BACK_OFF) + 1,
        "may_replay": allowed(rules.check_can_replay_delivery, request.actor, one, now=timezone.now()),
    }
    return render(request, "staffing/delivery.html", context)


@require_POST
def replay_delivery(request: Request, delivery_id: int) -> HttpResponse:
    one = _delivery(request, delivery_id)
    actions.replay_delivery(actor=request.actor, delivery_id=one.pk, now=timezone.now())
    messages.success(request, _("已交重新发送，稍后刷新看结果。"))
    return redirect("staffing:delivery", one.pk)
