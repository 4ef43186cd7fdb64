"""Who may move a ticket, when, and why not. The same rule stops the POST and greys the button."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hall.access import PUBLIC, Actor, Refused
from intake.lifecycle import DESK_ROLES, PRIORITY_REASONS, TICKET, WINDOW_ROLES
from intake.models import AT_WINDOW, Queue, Ticket, Visit
from staffing.models import Device, Hall, LeaderReception, Window
from staffing.rules import check_opens, check_sits_at

KIOSK_A_MINUTE = 30
"""More numbers a minute than people can take at a hall's kiosks: somebody plays with the page."""
ENROLLED_A_MINUTE = 20
"""As many as one enrolled kiosk gives out; what strangers do with the open page does not count against it."""
MOST_PEOPLE = 999
RECALLS = 3
"""After so many calls the console suggests to mark the visitor as missed."""
FROM_STAFF_ONLY = ("urgent",)
"""Reasons for priority that a visitor cannot claim at the kiosk."""


# -- what is said ------------------------------------------------------------------------------------------------


def ago(since: dt.datetime, now: dt.datetime) -> str:
    """`2秒`, `3分钟`, `1小时`: how long ago, as it is said in a sentence."""
    seconds = max(int((now - since).total_seconds()), 0)
    if seconds < 60:
        return ngettext("%(n)s秒", "%(n)s秒", seconds) % {"n": seconds}
    if seconds < 3600:
        return ngettext("%(n)s分钟", "%(n)s分钟", seconds // 60) % {"n": seconds // 60}
    return ngettext("%(n)s小时", "%(n)s小时", seconds // 3600) % {"n": seconds // 3600}


def what_happened(ticket: Ticket, now: dt.datetime) -> str:
    """One sentence on where a ticket is: what somebody with a stale page must know."""
    facts = {
        "number": ticket.number,
        "window": ticket.window.number if ticket.window else "",
        "ago": ago(ticket.called_at if ticket.status == "called" and ticket.called_at else ticket.since, now),
    }
    sentences = {
        "waiting": _("%(number)s正在排队等候，还没有叫号。"),
        "called": _("%(window)s号窗口%(ago)s前已呼叫%(number)s。"),
        "serving": _("%(window)s号窗口正在接待%(number)s，已开始%(ago)s。"),
        "missed": _("%(number)s在%(ago)s前已标为过号。"),
        "parked": _("%(number)s在%(ago)s前已暂离窗口。"),
        "done": _("%(number)s在%(ago)s前已办完。"),
        "left": _("%(number)s在%(ago)s前已离开大厅。"),
    }
    return sentences[ticket.status] % facts


# -- who ---------------------------------------------------------------------------------------------------------


def check_works_at_windows(actor: Actor, hall_id: int) -> None:
    if actor.kind != "system" and not actor.has(*WINDOW_ROLES, hall_id=hall_id):
        raise Refused(_("叫号由在本大厅值守窗口的人员办理。"), "role")


def check_works_at_desk(actor: Actor, hall_id: int) -> None:
    if actor.kind != "system" and not actor.has(*DESK_ROLES, hall_id=hall_id):
        raise Refused(_("这一步由本大厅的引导员或窗口人员办理。"), "role")


def _check_move(actor: Actor, ticket: Ticket, verb: str, now: dt.datetime) -> None:
    """The table of moves decides: first whether this person, then whether in this state."""
    move = TICKET.move(verb, ticket.status)
    roles = move.roles if move else TICKET.roles(verb)
    if "guide" in roles:
        check_works_at_desk(actor, ticket.hall_id)
    else:
        check_works_at_windows(actor, ticket.hall_id)
    if actor.kind != "system" and ticket.day != timezone.localdate(now):
        raise Refused(_("%(number)s不是今天的号，已经失效。") % {"number": ticket.number}, "state")
    if move is None:
        raise Refused(what_happened(ticket, now), "state")


# -- taking a number ---------------------------------------------------------------------------------------------


def check_can_take_number(
    actor: Actor,
    queue: Queue,
    *,
    priority_reason: str,
    head_count: int,
    reception: LeaderReception | None,
    proven: bool = False,
    kiosk: Device | None = None,
    now: dt.datetime,
) -> None:
    """Anybody at the kiosk, staff of the hall at the desk. Nobody is turned away: only the form can be wrong.

    `proven`: the code of the booking was given. The guide sees who stands there and may do without.
    """
    if actor.kind == "public":
        _check_kiosk(queue, priority_reason, kiosk, now)
    else:
        check_works_at_desk(actor, queue.hall_id)
    if not queue.is_active or not queue.hall.is_open:
        raise Refused(_("“%(queue)s”现在不取号，请向引导台询问。") % {"queue": queue.label}, "state")
    if priority_reason not in PRIORITY_REASONS:
        raise Refused(_("优先原因不在代码表中。"), "input", field="priority")
    if not 1 <= head_count <= MOST_PEOPLE:
        raise Refused(_("人数应在1至%(n)s之间。") % {"n": MOST_PEOPLE}, "input", field="head_count")
    if (priority_reason == "booked") != (reception is not None):
        raise Refused(_("请选择预约的是今天哪一场接访。"), "input", field="priority")
    if priority_reason == "booked" and actor.kind == "public" and not proven:
        raise Refused(
            _("请输入短信里的预约码；没有预约码的，请到引导台报到。"), "input", field="booking_code"
        )
    if reception is not None:
        _check_reception(queue.hall, reception, now)


def _check_kiosk(queue: Queue, priority_reason: str, kiosk: Device | None, now: dt.datetime) -> None:
    check_opens(kiosk, queue.hall, "kiosk", PUBLIC)
    if not queue.on_kiosk:
        raise Refused(_("“%(queue)s”请到引导台取号。") % {"queue": queue.label}, "role")
    if priority_reason in FROM_STAFF_ONLY:
        raise Refused(_("情况紧急的，请直接到引导台，马上为您安排。"), "role", field="priority")
    minute = Visit.objects.filter(arrived_at__gt=now - dt.timedelta(minutes=1), device=kiosk)
    if kiosk is None:
        minute = minute.filter(hall=queue.hall_id)
    if minute.count() >= (KIOSK_A_MINUTE if kiosk is None else ENROLLED_A_MINUTE):
        raise Refused(_("取号过于频繁，请稍等一分钟，或到引导台取号。"), "busy")


def _check_reception(hall: Hall, reception: LeaderReception, now: dt.datetime) -> None:
    same_day = timezone.localdate(reception.starts_at) == timezone.localdate(now)
    if reception.hall_id != hall.pk or not same_day or reception.status not in ("published", "held"):
        raise Refused(_("今天本大厅没有这一场接访，请核对预约的日期和地点。"), "input", field="priority")


# -- calling -----------------------------------------------------------------------------------------------------


def at_window(window_id: int) -> Ticket | None:
    """Who is called to or served at the window; the database allows one."""
    return Ticket.objects.filter(window=window_id, status__in=AT_WINDOW).select_related("window").first()


def check_can_call(actor: Actor, window: Window, *, now: dt.datetime) -> None:
    """A window calls when somebody sits there by the rota, and when it is free.

    Whoever is at the window is finished, parked, transferred or missed first.
    """
    check_works_at_windows(actor, window.hall_id)
    if not window.is_active:
        raise Refused(_("%(window)s号窗口已停用。") % {"window": window.number}, "state")
    check_sits_at(actor, window, now=now)
    present = at_window(window.pk)
    if present is None or present.day != timezone.localdate(now):
        return
    if present.status == "called":
        raise Refused(
            _("%(window)s号窗口%(ago)s前已呼叫%(number)s：请先接待、过号或转走，再叫下一位。")
            % {
                "window": window.number,
                "number": present.number,
                "ago": ago(present.called_at or present.since, now),
            },
            "state",
        )
    raise Refused(
        _("%(window)s号窗口正在接待%(number)s：请先办完，再叫下一位。")
        % {"window": window.number, "number": present.number},
        "state",
    )


def check_can_call_next(actor: Actor, window: Window, *, now: dt.datetime) -> None:
    """As `check_can_call`; and the window must have a queue to call from."""
    check_can_call(actor, window, now=now)
    reserved = Ticket.objects.filter(window=window, status="waiting", day=timezone.localdate(now))
    if not window.queues.exists() and not reserved.exists():
        raise Refused(
            _("%(window)s号窗口还没有分配业务，请大厅负责人设置。") % {"window": window.number}, "state"
        )


def check_can_call_ticket(
    actor: Actor,
    ticket: Ticket,
    *,
    window: Window,
    others_first: int = 0,
    confirmed: bool = True,
    now: dt.datetime,
) -> None:
    """Out of turn only when asked: `others_first` people came earlier, `confirmed` says that the caller knows.

    Whoever was parked has had their turn already, and takes nobody's.
    """
    _check_move(actor, ticket, "call_ticket", now)
    check_can_call(actor, window, now=now)
    if ticket.hall_id != window.hall_id:
        raise Refused(_("这个号不是本大厅的号。"), "state")
    reserved = ticket.status == "waiting" and ticket.window_id not in (None, window.pk)
    if (others_first or reserved) and not confirmed:
        raise Refused(turn_question(ticket, others_first), "input", field="confirmed")


def turn_question(ticket: Ticket, others_first: int) -> str:
    """What is asked before somebody is called out of turn."""
    if ticket.status == "waiting" and ticket.window:
        return _("%(number)s指定由%(window)s号窗口接待，仍由本窗口呼叫吗？") % {
            "number": ticket.number,
            "window": ticket.window.number,
        }
    return ngettext(
        "现在呼叫%(number)s会占用前面%(n)s位来访人的顺序，确定呼叫吗？",
        "现在呼叫%(number)s会占用前面%(n)s位来访人的顺序，确定呼叫吗？",
        others_first,
    ) % {"number": ticket.number, "n": others_first}


def check_can_recall_ticket(actor: Actor, ticket: Ticket, *, now: dt.datetime) -> None:
    """Whoever is called and has not come; as often as needed."""
    _check_move(actor, ticket, "recall_ticket", now)


def check_can_serve_ticket(actor: Actor, ticket: Ticket, *, now: dt.datetime) -> None:
    """The called visitor stands at the window."""
    _check_move(actor, ticket, "serve_ticket", now)


def check_can_miss_ticket(actor: Actor, ticket: Ticket, *, now: dt.datetime) -> None:
    """The called visitor did not come."""
    _check_move(actor, ticket, "miss_ticket", now)


def check_can_park_ticket(actor: Actor, ticket: Ticket, *, now: dt.datetime) -> None:
    """The visitor fetches something and comes back to this window."""
    _check_move(actor, ticket, "park_ticket", now)


def check_can_finish_ticket(actor: Actor, ticket: Ticket, *, now: dt.datetime) -> None:
    """The visitor's business at the window is done."""
    _check_move(actor, ticket, "finish_ticket", now)


def check_can_reinstate_ticket(actor: Actor, ticket: Ticket, *, now: dt.datetime) -> None:
    """A missed visitor is back."""
    _check_move(actor, ticket, "reinstate_ticket", now)


def check_can_leave_hall(actor: Actor, ticket: Ticket, *, now: dt.datetime) -> None:
    """The visitor goes without being served to the end."""
    _check_move(actor, ticket, "leave_hall", now)


def check_can_transfer_ticket(
    actor: Actor,
    ticket: Ticket,
    *,
    queue: Queue | None = None,
    window: Window | None = None,
    now: dt.datetime,
) -> None:
    """To another queue or another window of the same hall. Without a target: whether it may be asked at all."""
    _check_move(actor, ticket, "transfer_ticket", now)
    if queue is not None and (queue.hall_id != ticket.hall_id or not queue.is_active):
        raise Refused(
            _("“%(queue)s”现在不接待，不能转过去。") % {"queue": queue.label}, "input", field="target"
        )
    if window is not None and (window.hall_id != ticket.hall_id or not window.is_active):
        raise Refused(
            _("%(window)s号窗口现在不接待，不能转过去。") % {"window": window.number}, "input", field="target"
        )
    if (
        queue is not None
        and queue.pk == ticket.queue_id
        and ticket.status == "waiting"
        and not ticket.window_id
    ):
        raise Refused(
            _("%(number)s已经在“%(queue)s”排队。") % {"number": ticket.number, "queue": queue.label},
            "input",
            field="target",
        )
    if window is not None and window.pk == ticket.window_id:
        raise Refused(
            _("%(number)s已经在%(window)s号窗口。") % {"number": ticket.number, "window": window.number},
            "input",
            field="target",
        )


def check_can_close_day(actor: Actor, hall: Hall, *, now: dt.datetime) -> None:
    """The night does it, or the hall manager when the night did not."""
    if actor.kind != "system" and not actor.has("hall_manager", hall_id=hall.pk):
        raise Refused(_("结清往日号票由大厅负责人办理。"), "role")


def check_can_assign_windows(actor: Actor, hall: Hall, *, now: dt.datetime) -> None:
    """The hall manager's order of the house."""
    if actor.kind != "system" and not actor.has("hall_manager", hall_id=hall.pk):
        raise Refused(_("窗口业务由大厅负责人安排。"), "role")


def check_sees_figures(actor: Actor, hall_id: int) -> None:
    """The day's figures are for whoever answers for the hall, and for who supervises it."""
    if actor.kind != "system" and not actor.has("hall_manager", "supervisor", hall_id=hall_id):
        raise Refused(_("大厅的统计由大厅负责人和督查员查看。"), "role")
