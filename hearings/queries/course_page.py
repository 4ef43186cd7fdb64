"""One hearing from the request to the conclusion: what is done, what is missing, and by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Deadline
from cases.queries.lights import light
from cases.queries.verbs import Verb
from cases.queries.words import say_day, says, verb
from hall.access import SYSTEM
from hall.models import JournalEntry, ref_of, statutory_calendar, stream_of
from hearings.lifecycle import OPEN, ORIGINS
from hearings.models import Hearing
from hearings.queries.lead_time import last_notice_day
from hearings.queries.notices import notices_state
from hearings.queries.rule_sets import days_words

_ORDER = ("requested", "preparing", "scheduled", "in_session", "deliberating", "concluded")


@dataclass(frozen=True, slots=True)
class Step:
    """`page`: the name of the address where it is done; `state`: done, now, next."""

    title: str
    state: str
    text: str
    due: dt.date | None = None
    level: str = ""
    page: str = ""
    link: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class HearingAct:
    at: dt.datetime
    who: str
    verb: Verb
    text: str


def last_day_for_notices(hearing: Hearing) -> dt.date | None:
    """By when everybody has the notice of the date that is set."""
    if hearing.starts_at is None:
        return None
    rules = hearing.rules
    day = timezone.localdate(hearing.starts_at)
    return last_notice_day(day, rules.notice_days, rules.notice_unit, statutory_calendar())


def steps_of(hearing: Hearing, *, now: dt.datetime) -> list[Step]:
    """Asked, decided, panel, date and notices, held, concluded. One that has ended shows what was done."""
    clocks = {
        clock.kind: clock
        for clock in Deadline.objects.filter(case=hearing.case_id, item=str(hearing.pk)).order_by("id")
    }
    steps = [_asked(hearing), _decided(hearing, clocks, now)]
    if hearing.status != "refused":
        steps += [
            _panel(hearing),
            _parties(hearing),
            _dated(hearing),
            _noticed(hearing, now),
            _held(hearing, clocks, now),
            _concluded(hearing, clocks, now),
        ]
    if hearing.status not in OPEN:
        return [step for step in steps if step.state == "done"]
    return steps


def _is_past(hearing: Hearing, state: str) -> bool:
    """The hearing has come further than that state."""
    here = hearing.status if hearing.status in _ORDER else "preparing"
    return _ORDER.index(here) > _ORDER.index(state)


def _lit(clock: Deadline | None, now: dt.datetime) -> tuple[dt.date | None, str]:
    if clock is None or clock.met_at or clock.void_at:
        return None, ""
    return clock.due_on, light(clock.due_at, clock.amber_at, now)


def _asked(hearing: Hearing) -> Step:
    title = str(_(ORIGINS[hearing.origin]))
    on = hearing.requested_on or timezone.localdate(hearing.opened_at)
    ground = _(str(hearing.get_open_ground_display())) if hearing.open_ground else ""
    return Step(title, "done", ground, due=on)


def _decided(hearing: Hearing, clocks: dict[str, Deadline], now: dt.datetime) -> Step:
    title = _("决定是否举行")
    if hearing.decided_at:
        return Step(title, "done", hearing.decision_reason, due=timezone.localdate(hearing.decided_at))
    if hearing.status != "requested":
        return Step(title, "next", "")
    due, level = _lit(clocks.get("hearing_decide"), now)
    silent = (
        _("逾期不决定视为同意举行。") if hearing.rules.silence_grants else _("逾期不决定的，催办并上报。")
    )
    return Step(title, "now", silent, due=due, level=level)


def _panel(hearing: Hearing) -> Step:
    title = _("确定主持人、听证员、记录员")
    seated = [seat.role for seat in hearing.seats.all() if seat.status == "seated"]
    members, least = seated.count("member"), hearing.rules.panel_least
    lacking = [
        words for role, words in (("presider", _("主持人")), ("recorder", _("记录员"))) if role not in seated
    ]
    wanted = hearing.panel_size or least
    if members < wanted:
        lacking.append(_("听证员（应有%(n)s人，现有%(m)s人）") % {"n": wanted, "m": members})
    if _is_past(hearing, "preparing") or (hearing.status == "preparing" and not lacking):
        return Step(title, "done", "", page="hearings:panel")
    text = _("还缺：%(what)s。") % {"what": _("、").join(lacking)} if lacking else ""
    state = "now" if hearing.status == "preparing" else "next"
    return Step(title, state, text if state == "now" else "", page="hearings:panel", link=_("听证员和主持人"))


def _parties(hearing: Hearing) -> Step:
    title = _("登记参加听证的人")
    there = {one.kind for one in hearing.parties.all() if one.removed_at is None}
    lacking = [
        words for kind, words in (("petitioner", _("信访人")), ("unit", _("承办单位"))) if kind not in there
    ]
    if _is_past(hearing, "preparing") or (hearing.status == "preparing" and not lacking):
        return Step(title, "done", "", page="hearings:parties")
    if hearing.status != "preparing":
        return Step(title, "next", "")
    text = _("还缺：%(what)s。") % {"what": _("、").join(lacking)}
    return Step(title, "now", text, page="hearings:parties", link=_("听证参加人"))


def _dated(hearing: Hearing) -> Step:
    title = _("定时间地点")
    if _is_past(hearing, "preparing") and hearing.starts_at:
        return Step(title, "done", "", due=timezone.localdate(hearing.starts_at))
    if hearing.status != "preparing" or _panel(hearing).state != "done":
        return Step(title, "next", "")
    return Step(title, "now", "", page="hearings:schedule-hearing", link=_("定时间地点"))


def _noticed(hearing: Hearing, now: dt.datetime) -> Step:
    title = _("通知各方")
    days = days_words(hearing.rules.notice_days, hearing.rules.notice_unit)
    if _is_past(hearing, "scheduled"):
        return Step(title, "done", "", page="hearings:notices")
    if hearing.status != "scheduled":
        text = _("至少提前%(days)s通知各方；公开举行的，同时公告。") % {"days": days}
        return Step(title, "next", text)
    state, last = notices_state(hearing), last_day_for_notices(hearing)
    late = last is not None and timezone.localdate(now) > last
    if state.rows and not state.reasons:
        return Step(title, "done", "", page="hearings:notices")
    waiting = len(state.reasons)
    text = (
        _("还没有发出通知。")
        if len(state.missing) == len(state.rows)
        else ngettext("还有%(n)s人没有按时通知到。", "还有%(n)s人没有按时通知到。", waiting) % {"n": waiting}
    )
    return Step(
        title,
        "now",
        text,
        due=last,
        level="red" if late else "",
        page="hearings:notices",
        link=_("通知和送达"),
    )


def _held(hearing: Hearing, clocks: dict[str, Deadline], now: dt.datetime) -> Step:
    title = _("举行听证")
    due, level = _lit(clocks.get("hearing_hold"), now)
    if _is_past(hearing, "in_session"):
        on = hearing.closed_at or hearing.started_at
        return Step(title, "done", "", due=timezone.localdate(on) if on else None, page="hearings:session")
    if hearing.status == "suspended":
        return Step(title, "now", _("听证中止。情形消失后恢复，举行期限重新计算。"), level="paused")
    if hearing.status == "in_session":
        return Step(
            title, "now", _("正在举行。"), due=due, level=level, page="hearings:session", link=_("听证进行")
        )
    is_set = hearing.status == "scheduled"
    text = _("时间已定。") if is_set else ""
    return Step(
        title,
        "next",
        text,
        due=due,
        level=level,
        page="hearings:session" if is_set else "",
        link=_("听证进行") if is_set else "",
    )


def _concluded(hearing: Hearing, clocks: dict[str, Deadline], now: dt.datetime) -> Step:
    title = _("合议，作出结论")
    if hearing.status == "concluded":
        return Step(title, "done", "", page="hearings:conclusion")
    due, level = _lit(clocks.get("hearing_conclude"), now)
    days = days_words(hearing.rules.conclude_days, hearing.rules.conclude_unit)
    text = _("听证结束后%(days)s内作出结论；处理意见书写明听证情况。") % {"days": days}
    if hearing.status == "deliberating":
        return Step(title, "now", text, due=due, level=level, page="hearings:conclusion", link=_("听证结论"))
    return Step(title, "next", text)


def acts_of(hearing: Hearing) -> Iterator[HearingAct]:
    """What was done with it, newest first, out of the file of the case."""
    entries = JournalEntry.objects.filter(stream=stream_of(hearing.case), object=ref_of(hearing)).order_by(
        "-seq"
    )[:60]
    for entry in entries:
        who = "" if entry.actor_name == SYSTEM.name else entry.actor_name
        lines = [says(entry, hearing.case.law), _(entry.reason) if entry.reason else ""]
        yield HearingAct(entry.at, who, verb(entry.verb), "\n".join(line for line in lines if line))


def pause_words(hearing: Hearing) -> str:
    """What it does to the period of the matter, in words; the law gives it an effect in the re-examination alone."""
    if hearing.stage != "reexamine":
        return _("听证不影响本事项的办理、复查期限，期限照常计算。")
    if hearing.hold is None:
        return _("决定举行的，听证所需时间不计算在复核期限内；申请本身不影响期限。")
    start = say_day(hearing.hold.from_on)
    if hearing.hold.to_on is None:
        return _("自%(from)s起，听证所需时间不计算在复核期限内，到作出听证结论或者听证终止之日恢复计算。") % {
            "from": start
        }
    said = {"from": start, "to": say_day(hearing.hold.to_on)}
    return _("自%(from)s起听证所需时间没有计算在复核期限内，%(to)s恢复计算。") % said
