"""通报: drafted from decided findings, approved by a leader who did not write it, served with its paper, received and
answered by each unit, closed.

The cases are locked first, in order, then the findings, then the notice: a review of a finding waits, or is seen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accountability import rules
from accountability.actions.evidence import SentFile, put_evidence
from accountability.lifecycle import CRITICISM, CRITICISM_UNIT, REMINDERS
from accountability.models import (
    CriticisedFinding,
    CriticismAnswer,
    CriticismNotice,
    CriticismUnit,
    Finding,
)
from accountability.queries.sanction_ground import case_ids_of, kept_out
from accountability.queries.sanctions import (
    SanctionFilter,
    days_held,
    due_criticisms,
    every_criticism,
    reminder_moments,
)
from cases.actions.papers import listed
from cases.models import Case
from hall import documents, journal, outbox
from hall.access import SYSTEM, Actor, Refused
from hall.batch import broken_by
from hall.models import User, ref_of, statutory_calendar, stream_of
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.queries import holders

OFFICE = (SUPERVISOR, HALL_MANAGER)
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticismWords:
    """What is typed: the matter or the period, the facts, what is demanded and by when it is answered."""

    title: str
    facts: str
    demands: str
    answer_by_on: dt.date | None
    from_on: dt.date | None = None
    until_on: dt.date | None = None


# -- parts that advice shares ------------------------------------------------------------------------------------------


def locked_findings(ids: Sequence[int]) -> list[Finding]:
    """These findings under their locks, their cases' first, in order of id; what does not exist is left out."""
    rows = Finding.objects.filter(pk__in=ids)
    for case_id in sorted(set(rows.values_list("case_id", flat=True))):
        Case.objects.locked(case_id)
    held = rows.select_for_update(of=("self",)).select_related("department", "deadline").order_by("pk")
    return list(held)


def office_of(hall_id: int, *roles: str, now: dt.datetime, but: int | None = None) -> list[User]:
    day = timezone.localdate(now)
    people = {one.pk: one for role in roles for one in holders(role, hall_id=hall_id, day=day)}
    return [one for pk, one in sorted(people.items()) if pk != but]


def unit_people(department_id: int, *, now: dt.datetime) -> list[User]:
    day = timezone.localdate(now)
    roles = (DEPARTMENT_HEAD, LIAISON)
    people = {one.pk: one for role in roles for one in holders(role, department_id=department_id, day=day)}
    return [one for _pk, one in sorted(people.items())]


def reached(
    people: Sequence[User], case_ids: Sequence[int], *, of_unit: bool, now: dt.datetime
) -> list[User]:
    """Without those who are to have nothing to do with one of these matters."""
    out = kept_out(case_ids, of_unit=of_unit, day=timezone.localdate(now))
    return [one for one in people if one.pk not in out]


def post_criticism(
    kind: str,
    notice: CriticismNotice,
    people: Sequence[User],
    *,
    once: str,
    now: dt.datetime,
    of_unit: bool = False,
    **facts: str,
) -> int:
    """How many people it went to."""
    told = reached(people, case_ids_of(notice), of_unit=of_unit, now=now)
    outbox.post(
        kind,
        to=told,
        context={"title": notice.title, **facts},
        url=f"/criticism-notices/{notice.pk}/",
        once=f"{kind}/{notice.pk}/{once}",
        now=now,
    )
    return len(told)


def _ask_for_approval(notice: CriticismNotice, *, actor: Actor, now: dt.datetime) -> None:
    people = office_of(notice.hall_id, LEADER, now=now, but=actor.user_id)
    post_criticism("criticism_drafted", notice, people, once=f"{notice.revision}", now=now)


def _read_words(words: CriticismWords, case_ids: Sequence[int]) -> CriticismWords:
    rules.check_covered_period(words.from_on, words.until_on)
    demands = rules.check_text(words.demands, "demands", case_ids)
    return CriticismWords(
        title=rules.check_text(words.title, "title", case_ids),
        facts=rules.check_text(words.facts, "facts", case_ids, least=10),
        demands="\n".join(listed(demands)),
        answer_by_on=words.answer_by_on,
        from_on=words.from_on,
        until_on=words.until_on,
    )


DATES = ["due_on", "is_provisional", "calendar_version", "step_moments", "next_step_at"]


def redated(notice: CriticismNotice) -> bool:
    """The day of the answer by the calendar in force: never a day off. True when it moved; the caller saves `DATES`."""
    calendar, before = statutory_calendar(), notice.due_on
    notice.due_on = calendar.next_workday(notice.answer_by_on)
    notice.is_provisional = bool(calendar.awaited_year(notice.answer_by_on))
    notice.calendar_version = calendar.version
    moments = reminder_moments(notice.hall_id, notice.due_on)
    notice.step_moments = [at.isoformat() for at in moments]
    notice.next_step_at = next(iter(moments[notice.steps_taken :]), None)
    return notice.due_on != before


# -- the verbs ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def draft_criticism(
    *, actor: Actor, finding_ids: Sequence[int], words: CriticismWords, now: dt.datetime
) -> CriticismNotice:
    """The words and the findings they rest on, for a leader to approve; a finding is in one notice at most."""
    rules.check_can_draft_criticism(actor, now=now)
    rows = locked_findings(finding_ids)
    rules.check_findings(actor, rows, are_needed=True, not_before_review=timezone.localdate(now))
    rules.check_apart(actor, [one.department_id for one in rows], now=now)
    hall_id = rows[0].hall_id
    rules.check_can_draft_criticism(actor, hall_id, now=now)
    if len(rows) != len(set(finding_ids)):
        raise Refused(_("其中有没有找到的认定。"), "input", field="findings")
    said = _read_words(words, [one.case_id for one in rows])
    notice = CriticismNotice.objects.create(
        hall_id=hall_id,
        title=said.title,
        facts=said.facts,
        demands=said.demands,
        answer_by_on=rules.check_answer_day(said.answer_by_on, now=now),
        from_on=said.from_on,
        until_on=said.until_on,
        drafted_by_id=actor.user_id or 0,
        drafted_at=now,
    )
    try:
        with transaction.atomic():
            CriticisedFinding.objects.bulk_create(
                CriticisedFinding(notice=notice, finding=one, status=one.status, days=days_held(one))
                for one in rows
            )
    except IntegrityError as error:
        if broken_by(error) == "finding_criticised_once":
            raise Refused(_("其中有的认定已经写入另一份通报。"), "state", field="findings") from error
        raise
    CriticismUnit.objects.bulk_create(
        CriticismUnit(notice=notice, department_id=pk)
        for pk in sorted({one.department_id for one in rows if one.department_id})
    )
    journal.record(actor, "draft_criticism", notice, after={"findings": [one.pk for one in rows]}, now=now)
    _ask_for_approval(notice, actor=actor, now=now)
    return notice


def locked_notice(criticism_id: int) -> tuple[CriticismNotice, list[tuple[Finding, CriticisedFinding]]]:
    """First the cases, then the findings, then the notice."""
    links = {one.finding_id: one for one in CriticisedFinding.objects.filter(notice=criticism_id)}
    rows = locked_findings(sorted(links))
    return CriticismNotice.objects.locked(criticism_id), [(one, links[one.pk]) for one in rows]


@transaction.atomic
def edit_criticism(
    *, actor: Actor, criticism_id: int, words: CriticismWords, revision: int, now: dt.datetime
) -> CriticismNotice:
    """Other words, by the author; who is to approve reads them anew."""
    notice, held = locked_notice(criticism_id)
    rules.check_can_edit_criticism(actor, notice, now=now)
    rules.check_revision(notice, revision)
    said = _read_words(words, [one.case_id for one, _link in held])
    notice.status = CRITICISM.target("edit_criticism", notice.status)
    notice.title, notice.facts, notice.demands = said.title, said.facts, said.demands
    notice.from_on, notice.until_on = said.from_on, said.until_on
    notice.answer_by_on = rules.check_answer_day(said.answer_by_on, now=now)
    notice.revision, notice.drafted_at, notice.returned_note = notice.revision + 1, now, ""
    notice.save(
        update_fields=[
            "status", "title", "facts", "demands", "from_on", "until_on", "answer_by_on", "revision", "drafted_at",
            "returned_note",
        ]
    )  # fmt: skip
    journal.record(actor, "edit_criticism", notice, after={"revision": notice.revision}, now=now)
    _ask_for_approval(notice, actor=actor, now=now)
    return notice


@transaction.atomic
def return_criticism(
    *, actor: Actor, criticism_id: int, reason: str, revision: int, now: dt.datetime
) -> CriticismNotice:
    """Back to the author, with what should be otherwise."""
    notice = CriticismNotice.objects.locked(criticism_id)
    rules.check_can_return_criticism(actor, notice, now=now)
    rules.check_revision(notice, revision)
    notice.returned_note = rules.check_reason(reason)
    notice.status = CRITICISM.target("return_criticism", notice.status)
    notice.save(update_fields=["status", "returned_note"])
    journal.record(actor, "return_criticism", notice, after={"revision": notice.revision}, now=now)
    post_criticism(
        "criticism_returned",
        notice,
        [notice.drafted_by],
        once=f"{notice.revision}",
        now=now,
        reason=notice.returned_note,
    )
    return notice


@transaction.atomic
def withdraw_criticism(*, actor: Actor, criticism_id: int, reason: str, now: dt.datetime) -> CriticismNotice:
    """Given up before it was approved; its findings are free for another notice."""
    notice, _held = locked_notice(criticism_id)
    rules.check_can_withdraw_criticism(actor, notice, now=now)
    notice.returned_note = rules.check_reason(reason)
    notice.status = CRITICISM.target("withdraw_criticism", notice.status)
    notice.save(update_fields=["status", "returned_note"])
    CriticisedFinding.objects.filter(notice=notice).update(is_live=False)
    journal.record(actor, "withdraw_criticism", notice, after={"revision": notice.revision}, now=now)
    return notice


@transaction.atomic
def approve_criticism(*, actor: Actor, criticism_id: int, revision: int, now: dt.datetime) -> CriticismNotice:
    """Numbered, and served on its units at once: each gets the message, and gives its receipt.

    The findings are looked at once more under their locks: what a review changed since is not published.
    """
    notice, held = locked_notice(criticism_id)
    rules.check_can_approve_criticism(actor, notice, now=now)
    rules.check_revision(notice, revision)
    rests_on = [(one, link.status, link.days) for one, link in held]
    rules.check_unchanged(actor, rests_on, notice, not_before_review=timezone.localdate(now))
    rules.check_answer_day(notice.answer_by_on, now=now)
    case_ids = [one.case_id for one, _link in held]
    for words in (notice.title, notice.facts, notice.demands):
        rules.check_nothing_personal_in(words, case_ids)
    units = list(
        notice.units.select_for_update(of=("self",)).select_related("department").order_by("department__code")
    )
    notice.document = documents.issue(
        "criticism_notice",
        organ=notice.hall.organ,
        ref=ref_of(notice),
        stream=stream_of(notice),
        content=_content(notice, units),
        actor=actor,
        now=now,
    )
    notice.status = CRITICISM.target("approve_criticism", notice.status)
    notice.approved_by_id, notice.served_at = actor.user_id, now
    redated(notice)
    notice.save(update_fields=["status", "approved_by", "served_at", "document", *DATES])
    for unit in units:
        people = unit_people(unit.department_id, now=now)
        unit.status = CRITICISM_UNIT.target("approve_criticism", unit.status)
        unit.served_at = now
        unit.told = post_criticism(
            "criticism_served",
            notice,
            people,
            once=f"{unit.pk}",
            now=now,
            of_unit=True,
            number=notice.document.number,
            due_on=f"{notice.due_on}",
        )
        unit.save(update_fields=["status", "served_at", "told"])
    after = {"number": notice.document.number, "units": [one.department_id for one in units]}
    journal.record(actor, "approve_criticism", notice, after=after, now=now)
    post_criticism(
        "criticism_approved", notice, [notice.drafted_by], once="", now=now, number=notice.document.number
    )
    return notice


def _content(notice: CriticismNotice, units: Sequence[CriticismUnit]) -> dict[str, object]:
    hall, calendar = notice.hall, statutory_calendar()
    facts: dict[str, object] = {
        "organ_name": hall.organ_name,
        "recipient": "、".join(one.department.name for one in units),
        "matter": notice.title,
        "findings": notice.facts,
        "demands": listed(notice.demands),
        "report_due": {
            "on": notice.answer_by_on,
            "provisional": bool(calendar.awaited_year(notice.answer_by_on)),
        },
        "contact": hall.name,
        "contact_phone": hall.phone,
        "contact_address": hall.address,
    }
    if notice.from_on and notice.until_on:
        facts["period"] = f"{notice.from_on:%Y年%-m月%-d日}至{notice.until_on:%Y年%-m月%-d日}"
    return {name: fact for name, fact in facts.items() if fact}


@transaction.atomic
def acknowledge_criticism(*, actor: Actor, criticism_id: int, now: dt.datetime) -> CriticismUnit:
    """The unit's receipt: who took it and when."""
    notice = CriticismNotice.objects.locked(criticism_id)
    unit = rules.check_can_acknowledge_criticism(actor, notice, now=now)
    unit.status = CRITICISM_UNIT.target("acknowledge_criticism", unit.status)
    unit.received_at, unit.received_by_id = now, actor.user_id
    unit.save(update_fields=["status", "received_at", "received_by"])
    journal.record(actor, "acknowledge_criticism", notice, after={"unit": unit.department.name}, now=now)
    return unit


@transaction.atomic
def answer_criticism(
    *, actor: Actor, criticism_id: int, text: str, files: Sequence[SentFile] = (), now: dt.datetime
) -> CriticismAnswer:
    """What the unit has put right; it may answer again until the notice is closed. Answering is a receipt, too."""
    notice = CriticismNotice.objects.locked(criticism_id)
    unit = rules.check_can_answer_criticism(actor, notice, now=now)
    case_ids = list(notice.links.values_list("finding__case", flat=True))
    said = rules.check_text(text, "text", case_ids, least=10)
    if unit.received_at is None:
        unit.received_at, unit.received_by_id = now, actor.user_id
    unit.status = CRITICISM_UNIT.target("answer_criticism", unit.status)
    unit.answered_at = now
    unit.save(update_fields=["status", "received_at", "received_by", "answered_at"])
    if redated(notice):
        notice.save(update_fields=DATES)
    is_late = timezone.localdate(now) > (notice.due_on or notice.answer_by_on)
    answer = CriticismAnswer.objects.create(
        unit=unit, text=said, at=now, by_id=actor.user_id, is_late=is_late
    )
    kept = put_evidence(answer, files, actor=actor, now=now)
    after = {"unit": unit.department.name, "late": is_late, **kept}
    journal.record(actor, "answer_criticism", notice, after=after, now=now)
    people = {one.pk: one for one in (notice.drafted_by, *office_of(notice.hall_id, SUPERVISOR, now=now))}
    post_criticism(
        "criticism_answered",
        notice,
        [*people.values()],
        once=f"{answer.pk}",
        now=now,
        unit=unit.department.name,
    )
    return answer


def remind_criticisms(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Take every reminder that is due, each once; one that another worker holds is left to it. Returns how many."""
    return sum(
        remind_criticism(actor=SYSTEM, criticism_id=pk, now=now)
        for pk in due_criticisms(now=now, limit=limit)
    )


@transaction.atomic
def remind_criticism(*, actor: Actor, criticism_id: int, now: dt.datetime) -> int:
    """The units that have not answered, before the day, on it and after it; then the leaders as well. Where a worker
    was away, only the last of the reminders is said. Who has answered hears nothing.
    """
    rules.check_can_remind_criticism(actor, now=now)
    held = CriticismNotice.objects.select_for_update(of=("self",), skip_locked=True).select_related(
        "document"
    )
    notice = held.filter(pk=criticism_id, status="served", next_step_at__lte=now).first()
    if notice is None:
        return 0
    moments = [dt.datetime.fromisoformat(at) for at in notice.step_moments]
    step = sum(at <= now for at in moments) - 1
    notice.steps_taken = step + 1
    notice.next_step_at = next(iter(moments[step + 1 :]), None)
    notice.save(update_fields=["steps_taken", "next_step_at"])
    offset, to = REMINDERS[step]
    silent = list(notice.units.exclude(status="answered").select_related("department"))
    told = 0
    for unit in silent:
        people = unit_people(unit.department_id, now=now)
        if to == "leader":
            people = [*people, *office_of(notice.hall_id, LEADER, SUPERVISOR, now=now)]
        told += post_criticism(
            "criticism_late" if offset > 0 else "criticism_due",
            notice,
            people,
            once=f"{unit.pk}/{step}",
            now=now,
            due_on=f"{notice.due_on or notice.answer_by_on}",
            unit=unit.department.name,
            number=notice.document.number if notice.document else "",
        )
    after = {"step": offset, "silent": [one.department_id for one in silent], "told": told}
    journal.record(actor, "remind_criticism", notice, after=after, now=now)
    return 1


@transaction.atomic
def close_criticism(*, actor: Actor, criticism_id: int, result: str, now: dt.datetime) -> CriticismNotice:
    """Every unit has answered, or the day for it is past; what came of it is said in words."""
    notice = CriticismNotice.objects.locked(criticism_id)
    rules.check_can_close_criticism(actor, notice, now=now)
    case_ids = list(notice.links.values_list("finding__case", flat=True))
    notice.result = rules.check_text(result, "result", case_ids, least=4)
    notice.status = CRITICISM.target("close_criticism", notice.status)
    notice.closed_at, notice.closed_by_id = now, actor.user_id
    notice.save(update_fields=["status", "result", "closed_at", "closed_by"])
    silent = list(notice.units.exclude(status="answered").values_list("department__name", flat=True))
    journal.record(actor, "close_criticism", notice, after={"silent": silent}, now=now)
    people = [one for unit in notice.units.all() for one in unit_people(unit.department_id, now=now)]
    post_criticism("criticism_closed", notice, people, once="", now=now, of_unit=True)
    return notice


@transaction.atomic
def export_criticisms(*, actor: Actor, asked: SanctionFilter, now: dt.datetime) -> list[CriticismNotice]:
    """The rows of the list, for a file; who took it along, and when, is on record first."""
    rules.check_can_export_criticisms(actor, now=now)
    facts = {name: getattr(asked, name) for name in asked.__slots__ if getattr(asked, name)}
    journal.record(actor, "export_criticisms", User(pk=actor.user_id), after=facts, now=now)
    return list(every_criticism(actor, asked, today=timezone.localdate(now)))
