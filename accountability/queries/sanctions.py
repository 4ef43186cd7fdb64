"""Criticism notices and advice as lists show them, what they may rest on, and the words to begin with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language, override

from accountability.lifecycle import ADVICE_REPLY, AGAINST_UNIT, FAULTS, REMINDERS
from accountability.models import (
    Advice,
    AdvisedFinding,
    CriticisedFinding,
    CriticismNotice,
    CriticismUnit,
    Finding,
)
from cases.models import Case, CaseParty
from cases.queries import masking
from cases.queries.publication import known_of
from cases.terms import term
from hall import clock
from hall.access import Actor
from hall.models import statutory_calendar
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Department
from staffing.queries.hours import working_hours

PAGE = 25
EXPORT_LIMIT = 5_000
NO_DAYS = Q(fault="late", decided_days=0)
"""A late finding of which a review left nothing: it is not against anybody."""
PICK = 200
"""So many findings are offered at once; filters find the others."""


# -- what a notice may rest on -------------------------------------------------------------------------------------


def usable_findings(actor: Actor) -> QuerySet[Finding]:
    """Decided against a unit, in cases from which the reader is not kept out; what a review left nothing of is not."""
    return (
        Finding.objects.visible_to(actor)
        .filter(status__in=AGAINST_UNIT, department__isnull=False, case__in=Case.objects.visible_to(actor))
        .exclude(NO_DAYS)
        .exclude(status="changed", decided_days=0)
    )


def is_against_unit(one: Finding) -> bool:
    """Something may follow from it: `usable_findings` asks the same of the rows."""
    is_given_up = (one.status == "changed" and not one.decided_days) or (
        one.fault == "late" and one.decided_days == 0
    )
    return one.status in AGAINST_UNIT and not is_given_up and one.department_id is not None


def may_ask_until(one: Finding, today: dt.date) -> dt.date | None:
    """The last day on which the unit may still ask for a review: a criticism, and advice on liability, wait for it."""
    if one.status in ("upheld", "reduced") and one.review_by_on and one.review_by_on >= today:
        return one.review_by_on
    return None


def criticisable(
    actor: Actor,
    *,
    from_on: dt.date | None = None,
    until_on: dt.date | None = None,
    unit_id: int | None = None,
) -> list[Finding]:
    """Those of the reader's halls that are in no notice yet, unit by unit; by the day on which the period ended."""
    live = CriticisedFinding.objects.filter(finding=OuterRef("pk"), is_live=True)
    found = _of_office(actor).filter(~Exists(live))
    return list(_between(found, from_on, until_on, unit_id)[:PICK])


def advisable(
    actor: Actor,
    *,
    from_on: dt.date | None = None,
    until_on: dt.date | None = None,
    unit_id: int | None = None,
) -> list[Finding]:
    return list(_between(_of_office(actor), from_on, until_on, unit_id)[:PICK])


def _of_office(actor: Actor) -> QuerySet[Finding]:
    found = usable_findings(actor)
    if actor.kind == "system":
        return found
    own = Q(department__in=actor.departments())
    return found.filter(hall__in=actor.halls(SUPERVISOR, HALL_MANAGER)).exclude(own)


def _between(
    found: QuerySet[Finding], from_on: dt.date | None, until_on: dt.date | None, unit_id: int | None
) -> QuerySet[Finding]:
    if from_on:
        found = found.filter(due_on__gte=from_on)
    if until_on:
        found = found.filter(due_on__lte=until_on)
    if unit_id:
        found = found.filter(department=unit_id)
    return found.select_related("case", "department", "deadline").order_by("department__code", "due_on", "id")


def days_held(finding: Finding) -> int:
    """The days for which the unit was held answerable."""
    return finding.days_late if finding.decided_days is None else finding.decided_days


# -- the words to begin with ---------------------------------------------------------------------------------------


def stated_facts(findings: Iterable[Finding]) -> str:
    """Per unit, what was found: which period under which article, how many days, what a person decided. No number of a
    case, and nobody's name: what the reasons of a decision say of persons is masked.
    """
    rows = list(findings)
    known = known_persons([one.case_id for one in rows], with_respondents=True)
    lines: list[str] = []
    with override("zh-hans"):
        for unit in dict.fromkeys(one.department for one in rows):
            mine = [one for one in rows if one.department == unit]
            lines.append(f"{unit.name if unit else ''}：{len(mine)}项。")
            lines += [f"{n}. {_stated(one, known)}" for n, one in enumerate(mine, 1)]
    return "\n".join(lines)


def _stated(one: Finding, known: masking.Known) -> str:
    days, law = days_held(one), ""
    if one.deadline:
        rule = term(one.deadline.kind, one.deadline.law)
        law = f"{rule.name}（{rule.article}）"
    if one.fault == "late":
        what = f"{law}的期限于{one.due_on:%Y年%-m月%-d日}届满，超期{one.days_late}日"
    else:
        what = f"{law}：{FAULTS[one.fault]}" if law else FAULTS[one.fault]
    held = f"，认定由该单位负责的为{days}日" if one.fault == "late" else ""
    reason = one.review_decision if one.status in ("confirmed", "changed") else one.decision
    why = masking.masked(" ".join((reason or one.decision).split()), known)
    said = f"{what}；{one.get_status_display()}{held}。"
    return f"{said}理由：{why.rstrip('。')}。" if why else said


def known_persons(case_ids: Collection[int], *, with_respondents: bool) -> masking.Known:
    """Whom the words must not name: the petitioners and their addresses; of those complained of the persons, where
    `with_respondents`. Units are what such a paper is about.
    """
    if with_respondents:
        return replace(known_of(case_ids), units=())
    parties = CaseParty.objects.filter(case__in=case_ids).select_related("petitioner").order_by("id")
    people = [party.petitioner for party in parties]
    return masking.Known(
        persons=tuple(dict.fromkeys(one.name for one in people if one.name)),
        addresses=tuple(dict.fromkeys(one.address for one in people if one.address)),
    )


# -- the lists -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionFilter:
    """What the reader asked for; empty values ask for nothing."""

    status: str = ""
    kind: str = ""
    unit_id: int | None = None
    late: bool = False
    from_on: dt.date | None = None
    until_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class CriticismPage:
    rows: list[CriticismNotice]
    after: int | None


@dataclass(frozen=True, slots=True)
class AdvicePage:
    rows: list[Advice]
    after: int | None


def _begin_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _criticisms(actor: Actor, asked: SanctionFilter, today: dt.date) -> QuerySet[CriticismNotice]:
    found: QuerySet[CriticismNotice] = CriticismNotice.objects.visible_to(actor)
    if asked.status:
        found = found.filter(status=asked.status)
    if asked.from_on:
        found = found.filter(served_at__gte=_begin_of(asked.from_on))
    if asked.until_on:
        found = found.filter(served_at__lt=_begin_of(asked.until_on + dt.timedelta(days=1)))
    if asked.unit_id:
        found = found.filter(
            Exists(CriticismUnit.objects.filter(notice=OuterRef("pk"), department=asked.unit_id))
        )
    if asked.late:
        late = CriticismUnit.objects.filter(notice=OuterRef("pk"), status__in=("served", "received"))
        if actor.kind == "person" and not actor.halls(SUPERVISOR, HALL_MANAGER, LEADER):
            late = late.filter(department__in=actor.departments(DEPARTMENT_HEAD, LIAISON))  # one's own alone
        found = found.filter(Exists(late), status="served", due_on__lt=today)
    units = CriticismUnit.objects.select_related("department")
    return (
        found.select_related("document", "hall")
        .prefetch_related(Prefetch("units", queryset=units))
        .order_by("-id")
    )


def criticisms(
    actor: Actor, asked: SanctionFilter, *, today: dt.date, after: int | None = None, size: int = PAGE
) -> CriticismPage:
    """A page of them, the latest first."""
    found = _criticisms(actor, asked, today)
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found[: size + 1])
    return CriticismPage(rows[:size], rows[size - 1].pk if len(rows) > size else None)


def every_criticism(actor: Actor, asked: SanctionFilter, *, today: dt.date) -> Iterator[CriticismNotice]:
    yield from _criticisms(actor, asked, today)[:EXPORT_LIMIT]


def _advices(actor: Actor, asked: SanctionFilter, today: dt.date) -> QuerySet[Advice]:
    found: QuerySet[Advice] = Advice.objects.visible_to(actor)
    if asked.status:
        found = found.filter(status=asked.status)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.from_on:
        found = found.filter(served_on__gte=asked.from_on)
    if asked.until_on:
        found = found.filter(served_on__lte=asked.until_on)
    if asked.unit_id:
        found = found.filter(department=asked.unit_id)
    if asked.late:
        found = found.filter(status="served", due_on__lt=today)
    return found.select_related("document", "department", "hall").order_by("-id")


def advices(
    actor: Actor, asked: SanctionFilter, *, today: dt.date, after: int | None = None, size: int = PAGE
) -> AdvicePage:
    found = _advices(actor, asked, today)
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found[: size + 1])
    return AdvicePage(rows[:size], rows[size - 1].pk if len(rows) > size else None)


def every_advice(actor: Actor, asked: SanctionFilter, *, today: dt.date) -> Iterator[Advice]:
    yield from _advices(actor, asked, today)[:EXPORT_LIMIT]


def units_of_office(actor: Actor) -> QuerySet[Department]:
    """The units of the reader's halls: whom advice may go to, and by whom a list is filtered."""
    halls = actor.halls(SUPERVISOR, HALL_MANAGER, LEADER)
    mine = Q(stations__hall__in=halls) | Q(pk__in=actor.departments(DEPARTMENT_HEAD, LIAISON))
    return Department.objects.filter(mine, is_active=True).distinct().order_by("code")


def seen_findings(
    actor: Actor, links: Iterable[CriticisedFinding | AdvisedFinding]
) -> list[tuple[CriticisedFinding | AdvisedFinding, bool]]:
    """The findings that the reader may know of, and whether the case may be opened: a unit sees its own alone."""
    rows = list(links)
    ids = [one.finding_id for one in rows]
    known = {
        one.pk: one
        for one in Finding.objects.visible_to(actor)
        .filter(pk__in=ids)
        .select_related("case", "department", "deadline")
    }
    cases = set(
        Case.objects.visible_to(actor)
        .filter(pk__in=[one.case_id for one in known.values()])
        .values_list("pk", flat=True)
    )
    shown = []
    for link in rows:
        if link.finding_id in known:
            link.finding = known[link.finding_id]
            shown.append((link, link.finding.case_id in cases))
    return shown


# -- when a reply is due -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReplyClock:
    """The last day of the reply, and when each of `REMINDERS` is due."""

    due_on: dt.date
    is_provisional: bool
    calendar_version: str
    moments: list[dt.datetime]


def reply_clock(hall_id: int, served_on: dt.date, days: int) -> ReplyClock:
    """So many natural days from the day of service, moved to a working day by the statutory calendar."""
    end = clock.due(served_on, replace(ADVICE_REPLY, days=days), calendar=statutory_calendar())
    if end.due is None:
        raise ValueError("nothing pauses the reply to advice")
    return ReplyClock(
        end.due, end.provisional, statutory_calendar().version, reminder_moments(hall_id, end.due)
    )


def reminder_moments(hall_id: int, due_on: dt.date) -> list[dt.datetime]:
    """When each of `REMINDERS` is due, for a reply or an answer that is due on that day."""
    calendar, hours = statutory_calendar(), working_hours(hall_id)
    return [
        clock.moment(due_on, offset, unit=clock.Unit.WORKDAY, hours=hours, calendar=calendar)
        for offset, _to in REMINDERS
    ]


def due_criticisms(*, now: dt.datetime, limit: int) -> list[int]:
    """Notices whose next reminder is due, the earliest first."""
    due = CriticismNotice.objects.filter(status="served", next_step_at__lte=now).order_by(
        "next_step_at", "pk"
    )
    return list(due.values_list("pk", flat=True)[:limit])


Due = tuple[dt.datetime, int]


def due_reminders(*, now: dt.datetime, limit: int, after: Due | None = None) -> list[Due]:
    """Advice whose next reminder is due, the earliest first; behind `after`, so that one which fails blocks nothing."""
    due = Advice.objects.filter(status="served", next_step_at__lte=now).order_by("next_step_at", "pk")
    if after is not None:
        at, pk = after
        due = due.filter(Q(next_step_at__gt=at) | Q(next_step_at=at, pk__gt=pk))
    return [(at, pk) for at, pk in due.values_list("next_step_at", "pk")[:limit] if at is not None]


def why_due(advice: Advice) -> list[str]:
    """Why the reply is due on that day, in the reader's language."""
    if advice.served_on is None:
        return []
    end = clock.due(
        advice.served_on, replace(ADVICE_REPLY, days=advice.reply_days), calendar=statutory_calendar()
    )
    return [clock.say(step, get_language() or "zh-hans") for step in end.steps]
