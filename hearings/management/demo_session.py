"""The day of a hearing of the demonstration hall: held, written down, signed, deliberated and concluded.

Called by the demo command for a hearing that is scheduled, with panel, parties and served notices. Everything goes
through the real actions, as the recorder, the presider and the members would do it.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from hall.access import Actor
from hall.models import User
from hearings import actions
from hearings.models import Conclusion, Hearing
from hearings.queries.session import IN_SESSION, account_of, attendants, newest_pages, seats_of
from staffing.queries import actor_of

MINUTE = dt.timedelta(minutes=1)
PAGES = (
    "主持人：现在开会，宣读纪律，核对到场人员的身份。是否申请回避？\n各方：不申请。",
    "信访人：约定按月付款，至今没有付清，有签字的结算单。\n承办单位：结算单属实，差额正在核对，已约谈付款单位两次。",
    "听证员：差额是多少，什么时候能核对清楚？\n承办单位：十个工作日内核对清楚，并书面告知信访人。",
)
REASON = "结算单双方都认可，差额部分还需要核对。"
FACTS = "双方都认可结算单。已付一部分，其余没有付清；付款单位对差额有异议，承办单位已约谈两次。"
OPINION = "要求付清已经确认部分的诉求成立；差额部分核对清楚以后另行处理。"
ADVICE = "建议承办单位在十个工作日内核对差额，督促付款单位先付已经确认的部分，并书面告知信访人。"


def hold_hearing(hearing: Hearing, *, conclude: bool = True, on_the_spot: bool = False) -> Conclusion | None:
    """From the list of who came to the conclusion; without `conclude` it stays in deliberation."""
    start = hearing.starts_at
    if hearing.status != "scheduled" or start is None:
        return None
    seats = seats_of(hearing)
    presider, recorder = (
        _act(next(seat.user for seat in seats if seat.role == role), start)
        for role in ("presider", "recorder")
    )
    people = attendants(hearing)
    actions.start_hearing(
        actor=recorder, hearing_id=hearing.pk, present=[one.key for one in people], now=start
    )
    at = start
    for number, kind in enumerate(IN_SESSION, 1):
        at += 12 * MINUTE
        if kind == "debate":
            actions.skip_step(
                actor=presider, hearing_id=hearing.pk, number=number, note="双方对事实没有争议", now=at
            )
            continue
        actions.begin_step(actor=presider, hearing_id=hearing.pk, number=number, now=at)
        if number <= len(PAGES):
            actions.write_page(
                actor=recorder, hearing_id=hearing.pk, text=PAGES[number - 1], now=at + 9 * MINUTE
            )
    at += 20 * MINUTE
    second = newest_pages(hearing)[1]
    actions.correct_page(
        actor=recorder, hearing_id=hearing.pk, page_id=second.pk, text=f"{second.text}\n信访人：结算单一式两份。",
        correction="补写结算单的份数", asked_by=people[0].name, now=at,
    )  # fmt: skip
    pages = [page.pk for page in newest_pages(hearing)]
    for n, one in enumerate(one for one in people if one.signs):
        actions.sign_page(
            actor=recorder,
            hearing_id=hearing.pk,
            who=one.key,
            page_ids=pages,
            outcome="signed",
            now=at + n * MINUTE,
        )
    at += 15 * MINUTE
    actions.close_session(actor=presider, hearing_id=hearing.pk, now=at)
    members = [seat for seat in seats if seat.role == "member"]
    for n, seat in enumerate(members):
        account = account_of(seat)
        actor = _act(User.objects.get(pk=account), at) if account else recorder
        finding = "supported" if n == 0 else "partly"
        actions.record_finding(
            actor=actor,
            hearing_id=hearing.pk,
            seat_id=seat.pk,
            finding=finding,
            text=REASON,
            now=at + n * MINUTE,
        )
    if not conclude:
        return None
    return actions.conclude_hearing(
        actor=presider, hearing_id=hearing.pk, finding="partly", facts=FACTS, opinion=OPINION, advice=ADVICE,
        on_the_spot=on_the_spot, now=at + 25 * MINUTE,
    )  # fmt: skip


def _act(user: User | None, now: dt.datetime) -> Actor:
    if user is None:
        raise ValueError("a presider and a recorder have accounts")
    return actor_of(user, today=timezone.localdate(now))
