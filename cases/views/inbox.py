"""The messages of the application: what happened, with the way to the case; newest first."""

from __future__ import annotations

from django.contrib import messages as toasts
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template import TemplateDoesNotExist
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hall import outbox
from hall.access import Request, get_visible, whole_number
from hall.models import Message

PAGE = 25


def _reader(request: Request) -> int:
    """Whose messages they are; a page behind the sign-in has somebody."""
    return request.actor.user_id or 0


def _own(request: Request) -> QuerySet[Message]:
    return Message.objects.filter(user_id=_reader(request), channel="app")


def _words(message: Message) -> tuple[str, str]:
    """Subject and text; a kind whose words are gone still shows that something was said."""
    try:
        return outbox.words(message)
    except TemplateDoesNotExist:
        return message.kind, ""


@require_safe
def inbox(request: Request) -> HttpResponse:
    """`/messages/`, page by page behind the last id; `?unread=1` shows those alone."""
    rows = _own(request).order_by("-id")
    only_unread = request.GET.get("unread") == "1"
    if only_unread:
        rows = rows.filter(read_at=None)
    after = request.GET.get("after", "")
    if (last := whole_number(after)) is not None:
        rows = rows.filter(pk__lt=last)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    items = []
    for message in shown:
        subject, body = _words(message)
        items.append({"message": message, "subject": subject, "body": body})
    context = {
        "items": items,
        "after": shown[-1].pk if len(found) > PAGE else "",
        "only_unread": only_unread,
        "any_unread": any(one.read_at is None for one in shown),
        "newest": shown[0].pk if shown and not after else "",
        "is_front": not after,
    }
    return render(request, "cases/inbox.html", context)


@require_POST
def open_message(request: Request, pk: int) -> HttpResponse:
    """`/messages/<pk>/open/`: it is read; on to what it is about."""
    message = get_visible(_own(request), pk=pk)
    outbox.mark_read(user_id=_reader(request), message_ids=[pk], now=timezone.now())
    return redirect(message.url or "cases:inbox")


@require_POST
def read_all(request: Request) -> HttpResponse:
    """`/messages/read/`: all up to the newest one that the page showed are read; later ones stay unread."""
    newest = whole_number(request.POST.get("newest", ""))
    unread = _own(request).filter(read_at=None)
    ids = list(unread.filter(pk__lte=newest).values_list("pk", flat=True)) if newest is not None else []
    count = outbox.mark_read(user_id=_reader(request), message_ids=ids, now=timezone.now())
    toasts.success(request, _("%(n)s条消息已标为已读。") % {"n": count})
    return redirect("cases:inbox")
