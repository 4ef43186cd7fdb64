"""Every indicator counted a second time, in another way: plain Python over all rows, one definition after the other.

Written from the words of `indicators.toml`, not from the statements that it checks. Slow, and meant to be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from accountability.models import Advice, Finding, Supervision
from accountability.queries import INDICATORS, Period, Scope
from cases.models import Case, Deadline, DocketItem, Opinion, Rating, Sponsorship, WorkNote
from intake.models import Ticket, Visit
from staffing.models import LeaderReception
from tests.cast import TZ

ENDED = {"closed", "settled", "replied", "finally_closed"}


@dataclass(frozen=True)
class Counted:
    """One thing that was looked at: `part` is "in" (numerator too), "of" (denominator only), "out" (excluded)."""

    day: dt.date
    hall: int
    unit: int | None
    channel: str
    category: str
    part: str
    value: int = 0


def local(moment: dt.datetime) -> dt.date:
    return moment.astimezone(TZ).date()


def _of(case: Case, day: dt.date, part: str, value: int = 0, unit: int | None = None) -> Counted:
    top = case.category.code[:2] + "0000" if case.category else ""
    return Counted(
        day, case.hall_id, unit if unit is not None else case.first_handler_id, case.channel, top, part, value
    )


def _clocks(now: dt.datetime, *kinds: str) -> Iterator[tuple[Deadline, str]]:
    """Each period that is over, and how it ended: void, kept, late, open."""
    rows = Deadline.objects.filter(kind__in=kinds).select_related("case__category", "case__triage")
    for row in rows.prefetch_related("case__deadlines", "case__objections"):
        if row.due_at is None or row.due_at > now or _went_on_elsewhere(row):
            continue
        if row.void_at and row.void_at < row.due_at:
            yield row, "void"
        elif row.met_at:
            yield row, "kept" if row.met_at < row.due_at else "late"
        else:
            yield row, "open"


def _went_on_elsewhere(row: Deadline) -> bool:
    """Ended by the decision that another unit is competent, and that unit's clock runs from the same first day."""
    return row.void_at is not None and any(
        one.status == "agreed" and one.decided_at == row.void_at for one in row.case.objections.all()
    ) and any(
        (one.kind, one.item, one.started_on) == (row.kind, row.item, row.started_on)
        and one.pk > row.pk
        and one.department_id != row.department_id
        for one in row.case.deadlines.all()
    )  # fmt: skip


def _clock(row: Deadline, part: str, value: int = 0) -> Counted:
    assert row.due_on
    one = _of(row.case, row.due_on, part, value)
    return replace(one, unit=row.department_id)


KEPT = {"void": "out", "kept": "in", "late": "of", "open": "of"}


def in_time(kind: str) -> Callable[[dt.datetime], Iterator[Counted]]:
    return lambda now: (_clock(row, KEPT[how]) for row, how in _clocks(now, kind))


def accept_unit(now: dt.datetime) -> Iterator[Counted]:
    for row, how in _clocks(now, "notify"):
        triage = getattr(row.case, "triage", None)
        if triage and triage.outcome == "forward_case":
            yield _clock(row, KEPT[how])


def close(now: dt.datetime) -> Iterator[Counted]:
    for row, how in _clocks(now, "handle"):
        if how != "kept":
            yield _clock(row, KEPT[how])
            continue
        later = [one for one in row.case.deadlines.all() if one.kind == "serve" and one.pk > row.pk]
        serve = min(later, key=lambda one: one.pk, default=None)
        if serve is None:
            yield _clock(row, "in")
        elif serve.met_at or serve.void_at:
            done = serve.met_at or serve.void_at
            assert done
            yield _clock(row, "in" if serve.due_at is None or done < serve.due_at else "of")
        elif serve.due_at is None or serve.due_at > now:
            yield _clock(row, "out")
        else:
            yield _clock(row, "of")


def overdue(now: dt.datetime) -> Iterator[Counted]:
    for row, how in _clocks(now, "sort", "notify", "handle"):
        if how != "kept":
            yield _clock(row, "out" if how == "void" else "of")


def overdue_days(now: dt.datetime) -> Iterator[Counted]:
    for row, how in _clocks(now, "handle"):
        if how == "late":
            assert row.met_at and row.due_on
            yield _clock(row, "of", (local(row.met_at) - row.due_on).days)
        elif how == "open":
            yield _clock(row, "out")


def registered(is_in: Callable[[Case], bool]) -> Callable[[dt.datetime], Iterator[Counted]]:
    def count(now: dt.datetime) -> Iterator[Counted]:
        for case in Case.objects.select_related("category"):
            if case.registered_at <= now:
                yield _of(case, local(case.registered_at), "in" if is_in(case) else "of")

    return count


def _accepted(now: dt.datetime) -> Iterator[tuple[Case, dt.date]]:
    for case in Case.objects.select_related("category"):
        if case.accepted_on and case.accepted_on <= local(now):
            yield case, case.accepted_on


def accept_days(now: dt.datetime) -> Iterator[Counted]:
    for case, day in _accepted(now):
        yield _of(case, day, "of", (day - case.received_on).days)


def contact(now: dt.datetime) -> Iterator[Counted]:
    talked = set(WorkNote.objects.filter(kind__in=["talk", "visit", "phone"]).values_list("case", flat=True))
    for case, day in _accepted(now):
        if case.repeat_of_id is None:
            gone = "out" if case.status in ("withdrawn", "merged") else "of"
            yield _of(case, day, "in" if case.pk in talked else gone)


def answer_days(now: dt.datetime) -> Iterator[Counted]:
    issued = Opinion.objects.filter(status="issued").select_related("case__category")
    for one in issued.prefetch_related("case__deadlines"):
        assert one.issued_at
        if one.issued_at <= now:
            clocks = [
                d.started_on
                for d in one.case.deadlines.all()
                if d.kind == "handle" and d.met_at == one.issued_at
            ]
            begun = min(clocks, default=one.case.accepted_on)
            assert begun
            part = "of" if one.round == 1 else "out"
            yield _of(
                one.case, local(one.issued_at), part, (local(one.issued_at) - begun).days, one.department_id
            )


def concluded(now: dt.datetime) -> Iterator[Counted]:
    for case in Case.objects.select_related("category"):
        if case.status in ENDED and case.status_since <= now:
            yield _of(case, local(case.status_since), "of")


def first_solved(now: dt.datetime) -> Iterator[Counted]:
    cases = list(Case.objects.select_related("category"))
    for case in cases:
        ended = local(case.status_since)
        day = ended + dt.timedelta(days=90)
        if case.status in ENDED and case.repeat_of_id is None and day < local(now):
            repeats = [one.registered_at for one in cases if one.repeat_of_id == case.pk]
            again = [at for at in repeats if case.status_since < at and local(at) <= day]
            yield _of(case, day, "of" if again else "in")


def ratings(target: str, *, satisfied: bool) -> Callable[[dt.datetime], Iterator[Counted]]:
    def count(now: dt.datetime) -> Iterator[Counted]:
        for one in Rating.objects.filter(target=target).select_related("case__category"):
            at = one.rated_at or one.closes_at
            if at > now:
                continue
            if satisfied and one.status != "rated":
                continue
            good = one.grade in (0, 1) if satisfied else one.status == "rated"
            row = _of(one.case, local(at), "in" if good else "of")
            yield Counted(row.day, row.hall, one.department_id, row.channel, row.category, row.part)

    return count


def _stays(ticket: Ticket) -> dict[str, int | bool | None]:
    """What happened to a ticket: seconds waited and talked (None: nobody measured it), and how it ended."""
    rows = sorted(ticket.segments.all(), key=lambda one: one.seq)
    waited: list[float] = []
    talked: list[float] = []
    called = False
    for one, following in zip(rows, [*rows[1:], None], strict=True):
        if following is None:
            continue
        seconds = (following.started_at - one.started_at).total_seconds()
        if one.phase == "waiting":
            called |= following.phase == "called"
            if following.staff_id:
                waited.append(seconds)
        elif one.phase == "serving" and following.staff_id:
            talked.append(seconds)
    phases = {one.phase for one in rows}
    return {
        "waited": round(sum(waited)) if waited else None,
        "talked": round(sum(talked)) if talked else None,
        "called": called,
        "served": bool(phases & {"serving", "done"}),
        "went": "left" in phases,
    }


def tickets(code: str) -> Callable[[dt.datetime], Iterator[Counted]]:
    def count(now: dt.datetime) -> Iterator[Counted]:
        rows = Ticket.objects.select_related("queue", "visit")
        for ticket in rows.prefetch_related("segments", "visit__cases"):
            been = _stays(ticket)
            waited, talked = been["waited"], been["talked"]
            part, value = "out", 0
            if code == "wait_median" and been["called"] and waited is not None:
                part, value = "of", int(waited)
            if code == "wait_longest" and waited is not None:
                part, value = "of", int(waited)
            if code == "abandon" and (been["served"] or been["went"]):
                part = "of" if been["served"] else "in"
            if code == "talk_mean":
                if not been["served"]:
                    continue
                if talked is not None:
                    part, value = "of", int(talked)
            if code == "desk_to_case" and been["served"]:
                part = "in" if ticket.visit.cases.all() else "of"
            yield Counted(ticket.day, ticket.hall_id, ticket.queue.department_id, "visit", "", part, value)

    return count


def visits(*, groups: bool = False) -> Callable[[dt.datetime], Iterator[Counted]]:
    def count(now: dt.datetime) -> Iterator[Counted]:
        for one in Visit.objects.all():
            if one.arrived_at <= now and (one.is_group or not groups):
                yield Counted(local(one.arrived_at), one.hall_id, None, "visit", "", "of", one.head_count)

    return count


def receptions(now: dt.datetime) -> Iterator[Counted]:
    for one in LeaderReception.objects.all():
        if one.status == "held" and one.starts_at <= now:
            yield Counted(local(one.starts_at), one.hall_id, None, "", "", "of")


def reception_cases(now: dt.datetime) -> Iterator[Counted]:
    for one in DocketItem.objects.filter(removed_at=None).select_related("reception", "case__category"):
        if one.reception.starts_at <= now and one.records.exists():
            day = local(one.reception.starts_at)
            if one.case:
                yield _of(one.case, day, "of")
            else:
                yield Counted(day, one.reception.hall_id, None, "visit", "", "of")


def sponsor_resolved(now: dt.datetime) -> Iterator[Counted]:
    for one in Sponsorship.objects.filter(status="ended"):
        assert one.ended_on
        if one.ended_on <= local(now):
            lead = one.unit_links.filter(position=0).first()
            part = {"resolved": "in", "not_resolved": "of"}.get(one.outcome, "out")
            yield Counted(one.ended_on, one.hall_id, lead.department_id if lead else None, "", "", part)


def supervised(now: dt.datetime) -> Iterator[Counted]:
    for one in Supervision.objects.select_related("case__category"):
        never = one.status in ("proposed", "dismissed")
        day = one.opened_at if never else one.confirmed_at
        assert day
        if day <= now:
            part = "out" if never else "in" if one.status == "closed" else "of"
            yield _of(one.case, local(day), part, unit=one.department_id)


def public_reply(now: dt.datetime) -> Iterator[Counted]:
    for case in Case.objects.select_related("category").prefetch_related("result_notices"):
        if case.status not in ENDED or case.status_since > now:
            continue
        never = case.is_confidential or "accusation" in (case.statutory_class, case.purpose)
        told = {one.status for one in case.result_notices.all()}
        part = "out" if never or not case.public_consent else "in" if "published" in told else "of"
        yield _of(case, local(case.status_since), part)


def findings(now: dt.datetime) -> Iterator[Counted]:
    for one in Finding.objects.select_related("case__category"):
        if one.opened_at <= now:
            row = _of(one.case, local(one.opened_at), "of")
            yield replace(row, unit=one.department_id)


def findings_upheld(now: dt.datetime) -> Iterator[Counted]:
    for one in Finding.objects.select_related("case__category"):
        if one.decided_at is None or one.decided_at > now:
            continue
        part = "out" if one.status == "in_review" else "in" if one.decided_days else "of"
        row = _of(one.case, local(one.decided_at), "of" if one.status == "dismissed" else part)
        yield replace(row, unit=one.department_id)


def advice(code: str) -> Callable[[dt.datetime], Iterator[Counted]]:
    def count(now: dt.datetime) -> Iterator[Counted]:
        for one in Advice.objects.filter(served_on__isnull=False):
            day = one.replied_on if code == "adopted" else one.served_on
            if day is None or day > local(now):
                continue
            part = "of"
            if code == "answered":
                assert one.due_on
                part = "in" if one.replied_on else "of" if one.due_on < local(now) else "out"
            if code == "adopted":
                part = "of" if one.adopted == "declined" else "in"
            yield Counted(day, one.hall_id, one.department_id, "", "", part)

    return count


HOW: dict[str, Callable[[dt.datetime], Iterator[Counted]]] = {
    "registered": registered(lambda case: False),
    "online": registered(lambda case: case.channel == "online"),
    "repeat": registered(lambda case: case.repeat_of_id is not None),
    "skip_level": registered(lambda case: case.is_skip_level),
    "group": registered(lambda case: case.is_group),
    "accept": in_time("sort"),
    "accept_unit": accept_unit,
    "notice": in_time("notify"),
    "answer": in_time("handle"),
    "close": close,
    "overdue": overdue,
    "overdue_days": overdue_days,
    "overdue_longest": overdue_days,
    "accept_days": accept_days,
    "answer_days": answer_days,
    "longest_days": answer_days,
    "concluded": concluded,
    "first_solved": first_solved,
    "contact": contact,
    "participation_hall": ratings("hall", satisfied=False),
    "participation_unit": ratings("unit", satisfied=False),
    "satisfied_hall": ratings("hall", satisfied=True),
    "satisfied_unit": ratings("unit", satisfied=True),
    "visits": visits(),
    "people": visits(),
    "group_visits": visits(groups=True),
    **{
        code: tickets(code)
        for code in ("wait_median", "wait_longest", "abandon", "talk_mean", "desk_to_case")
    },
    "receptions": receptions,
    "reception_cases": reception_cases,
    "sponsor_resolved": sponsor_resolved,
    "supervised": supervised,
    "supervised_closed": supervised,
    "supervised_answer": in_time("supervise"),
    "public_reply": public_reply,
    "findings": findings,
    "findings_upheld": findings_upheld,
    "advice_sent": advice("sent"),
    "advice_answered": advice("answered"),
    "advice_adopted": advice("adopted"),
}


class Recount:
    """What there is at one moment, read once however often it is asked; a write asks for another one."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.rows: dict[str, list[Counted]] = {}

    def counted(self, code: str, scope: Scope, period: Period) -> list[Counted]:
        if code not in self.rows:
            self.rows[code] = list(HOW[code](self.now))
        return [
            one
            for one in self.rows[code]
            if period.start <= one.day < period.end
            and one.hall in scope.hall_ids
            and scope.department_id in (None, one.unit)
            and scope.channel in ("", one.channel)
            and scope.category in ("", one.category)
        ]


def counted(code: str, scope: Scope, period: Period, *, now: dt.datetime) -> list[Counted]:
    return Recount(now).counted(code, scope, period)


def said(code: str, rows: list[Counted]) -> tuple[str, int, int, int]:
    """What a page must show, and the three numbers: denominator, numerator, excluded."""
    one = INDICATORS[code]
    whole = [row for row in rows if row.part != "out"]
    top = sum(row.part == "in" for row in rows) if one.kind == "share" else 0
    values = sorted(row.value for row in whole)
    scale = 60 if one.unit == "minutes" else 1
    n = len(whole)
    if one.kind == "count":
        shown = str(n)
    elif one.kind == "sum":
        shown = str(sum(values))
    elif not n:
        shown = "–"
    elif one.kind == "share":
        hundredths = (top * 20000 + n) // (2 * n)  # half up, in whole numbers
        shown = f"{hundredths // 100}.{hundredths % 100:02}%"
    else:
        double = (
            2 * values[-1] if one.kind == "longest"
            else 2 * sum(values) if one.kind == "mean"
            else values[(n - 1) // 2] + values[n // 2]
        )  # fmt: skip
        below = 2 * scale * (n if one.kind == "mean" else 1)
        thousandths = (double * 20000 + below) // (2 * below)  # four decimals, half up
        tenths = (thousandths + 500) // 1000
        shown = f"{tenths // 10}.{tenths % 10}" if one.kind != "longest" or scale == 60 else str(values[-1])
    return shown, n, top, len(rows) - n
