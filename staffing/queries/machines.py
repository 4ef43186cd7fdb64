"""Tokens, systems that are told, and what was told to them, as their pages list them; scopes in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from hall.access import Actor
from hall.models import User
from staffing.lifecycle import ADMINISTRATOR, SECURITY_ADMINISTRATOR
from staffing.models import Delivery, Hall, MachineToken, Posting, Webhook

ROWS = 30
SOON = dt.timedelta(days=14)
"""So long before its end a token is said to end soon."""
MOST_ACCOUNTS = 200

SCOPE_OF: Mapping[str, str | Promise] = {
    "cases": lazy("信访事项"),
    "intake": lazy("候访和预约"),
    "consultations": lazy("会商"),
    "hearings": lazy("听证"),
    "staffing": lazy("人员和接访安排"),
    "accountability": lazy("督查、统计和责任"),
    "exchange": lazy("数据交换"),
    "uploads": lazy("上传的文件"),
    "devices": lazy("设备"),
}
SCOPE_DOES: Mapping[str, str | Promise] = {
    "read": pgettext_lazy("scope", "查看"),
    "handle": pgettext_lazy("scope", "办理"),
    "register": pgettext_lazy("scope", "登记"),
}


def scope_words(scope: str) -> str:
    """`cases:read` as 信访事项：查看; a scope without words as it is written."""
    of, _colon, does = scope.partition(":")
    if of in SCOPE_OF and does in SCOPE_DOES:
        return _("%(of)s：%(does)s") % {"of": SCOPE_OF[of], "does": SCOPE_DOES[does]}
    return scope


def halls_with_machines(actor: Actor) -> QuerySet[Hall]:
    """The halls whose machines the actor keeps."""
    return Hall.objects.filter(pk__in=actor.halls(SECURITY_ADMINISTRATOR, ADMINISTRATOR)).order_by("code")


def machine_accounts(*, today: dt.date) -> QuerySet[User]:
    """Accounts that nobody can sign in with and that hold a post today: a token opens nothing for any other."""
    posts = Posting.objects.on(today).filter(user=OuterRef("pk"))
    found = User.objects.filter(Exists(posts), is_active=True, is_superuser=False, is_staff=False)
    return found.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("name", "pk")[:MOST_ACCOUNTS]


@dataclass(frozen=True, slots=True)
class TokenLine:
    token: MachineToken
    state: str
    scopes: list[str]
    posts: list[Posting]


def token_state(token: MachineToken, now: dt.datetime) -> str:
    """revoked, ended, replaced (it opens until its end beside the one that follows), soon, live."""
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at <= now:
        return "ended"
    if getattr(token, "replaced_by", None) is not None:
        return "replaced"
    return "soon" if token.expires_at - now <= SOON else "live"


@dataclass(frozen=True, slots=True)
class Lines:
    rows: list[Any]
    after: int | None


def _cut(found: QuerySet[Any], after: int | None) -> tuple[list[Any], int | None]:
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[: ROWS + 1])
    return rows[:ROWS], rows[ROWS - 1].pk if len(rows) > ROWS else None


def token_lines(actor: Actor, *, state: str = "", now: dt.datetime, after: int | None = None) -> Lines:
    """The latest first; `state`: live or ended."""
    posts = Posting.objects.on(timezone.localdate(now)).select_related("hall", "department")
    found = MachineToken.objects.visible_to(actor).select_related("hall", "user", "issued_by", "replaced_by")
    lives = Q(revoked_at=None, expires_at__gt=now)
    if state:
        found = found.filter(lives if state == "live" else ~lives)
    rows, more = _cut(found.prefetch_related(Prefetch("user__postings", posts, to_attr="posts_today")), after)
    lines = [
        TokenLine(one, token_state(one, now), [scope_words(s) for s in one.scopes], one.user.posts_today)
        for one in rows
    ]
    return Lines(lines, more)


def webhook_lines(actor: Actor) -> QuerySet[Webhook]:
    """All of them, twenty for each hall at most, with how many deliveries wait and how many were given up."""
    return Webhook.objects.visible_to(actor).select_related("hall").annotate(
        n_pending=_counted("pending"), n_dead=_counted("dead")
    ).order_by("-pk")  # fmt: skip


def _counted(state: str) -> Coalesce:
    """How many deliveries of a webhook are in that state, by the index over it."""
    rows = Delivery.objects.filter(webhook=OuterRef("pk"), state=state).order_by().values("webhook")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def delivery_lines(webhook: Webhook, *, state: str = "", event: str = "", after: int | None = None) -> Lines:
    """The latest first."""
    asked = {name: value for name, value in (("state", state), ("event", event)) if value}
    found = Delivery.objects.filter(webhook=webhook, **asked).defer("body")
    return Lines(*_cut(found, after))
