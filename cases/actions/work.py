"""The work on a matter, what the petitioner is asked to bring, and what is urgent in it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases import rules
from cases.actions.deadlines import (
    meet_deadline,
    replan_case,
    start_deadline,
    start_report_if_urgent,
    use_window,
)
from cases.actions.papers import due_fact, issue_paper, listed
from cases.actions.parts import move_case, office_people, readers_of, tell
from cases.lifecycle import HANDLER_ROLES, NOTE_KINDS
from cases.models import Case, Supplement, UrgentReport, WorkNote
from hall import journal
from hall.access import Actor, Refused
from hall.documents.kinds import cn_numeral
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, PARTICIPANT_KINDS, SUPERVISOR

SUPPLEMENT_LATE = gettext_noop("期限届满后收到补充材料。")


@transaction.atomic
def record_work(
    *,
    actor: Actor,
    case_id: int,
    kind: str,
    happened_on: dt.date,
    text: str,
    people: str = "",
    place: str = "",
    is_open: bool = False,
    now: dt.datetime,
) -> WorkNote:
    """One line of the work log, written once and never changed. An open one is the petitioner's to read too.

    The journal keeps the words of open notes alone; of others it keeps the kind and the day.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_record_work(actor, case, now=now)
    if kind not in NOTE_KINDS:
        raise Refused(_("请选择办理方式。"), "input", field="kind")
    if happened_on > timezone.localdate(now):
        raise Refused(_("日期不能晚于今天；还没有做的事不能记入办理记录。"), "input", field="happened_on")
    if happened_on < case.received_on:
        raise Refused(_("日期不能早于收到该事项之日。"), "input", field="happened_on")
    text = rules.check_said(text, "text", _("请写明经过和结果。"))
    note = WorkNote.objects.create(
        case=case,
        kind=kind,
        happened_on=happened_on,
        people=people.strip(),
        place=place.strip(),
        text=text,
        is_open=is_open,
        department_id=_unit_of(actor, case),
        at=now,
        by_id=actor.user_id,
    )
    after = {"method": kind, "on": happened_on, "open": is_open, "note": text if is_open else ""}
    journal.record(actor, "record_work", note, stream=case, after=after, now=now)
    return note


@transaction.atomic
def note_service(
    *, actor: Actor, case_id: int, kind: str, referred: bool, corrected: bool = False, now: dt.datetime
) -> Case:
    """The file says that somebody from outside helped, of which kind, and whether they sent on; never what was said."""
    case = Case.objects.locked(case_id)
    rules.check_can_note_service(actor, case, now=now)
    if kind not in PARTICIPANT_KINDS:
        raise Refused(_("请选择类别。"), "input", field="kind")
    after = {"service": kind, "referred": referred, "corrected": corrected}
    journal.record(actor, "note_service", case, after=after, now=now)
    return case


def _unit_of(actor: Actor, case: Case) -> int | None:
    """The unit for which this person works on the case; None at the hall's desk."""
    units = rules.working_units(case)
    return next((unit for unit in units if actor.has(*HANDLER_ROLES, department_id=unit)), None)


@transaction.atomic
def request_supplement(*, actor: Actor, case_id: int, what: str, now: dt.datetime) -> Supplement:
    """Ask the petitioner for material, once and whole, in writing, one item a line. It pauses nothing: the office's
    own period goes on (《信访工作条例》第三十四条 knows no pause for it).
    """
    case = Case.objects.locked(case_id)
    rules.check_can_request_supplement(actor, case, now=now)
    what = rules.check_said(what, "what", _("请写明需要补充哪些材料，每行一项，一次写全。"))
    today, unit_id = timezone.localdate(now), case.first_handler_id
    window = start_deadline(case, "supplement", department_id=unit_id, started_on=today, now=now, actor=actor)
    document = issue_paper(
        "notice_supplement",
        case,
        actor=actor,
        now=now,
        needed=listed(what),
        supplement_due=due_fact(window),
    )
    supplement = Supplement.objects.create(
        case=case, what=what, asked_at=now, asked_by_id=actor.user_id, document=document
    )
    journal.record(
        actor,
        "request_supplement",
        case,
        after={"until": window.due_on, "paper": document.number},
        now=now,
    )
    return supplement


@transaction.atomic
def receive_supplement(*, actor: Actor, case_id: int, note: str, now: dt.datetime) -> Supplement:
    """What came, or that the petitioner cannot bring it. After the window has passed it is received all the same."""
    case = Case.objects.locked(case_id)
    rules.check_can_receive_supplement(actor, case, now=now)
    note = rules.check_said(note, "note", _("请写明收到了哪些材料，或者信访人为什么不能提供。"))
    supplement = case.supplements.select_for_update().get(received_at=None)
    supplement.received_at, supplement.received_by_id, supplement.note = now, actor.user_id, note
    supplement.save(update_fields=["received_at", "received_by", "note"])
    use_window(case, "supplement", late=SUPPLEMENT_LATE, actor=actor, now=now)
    journal.record(actor, "receive_supplement", case, after={"on": timezone.localdate(now)}, now=now)
    return supplement


@transaction.atomic
def raise_urgent(*, actor: Actor, case_id: int, reason: str, now: dt.datetime) -> Case:
    """Major or urgent: its reminders go out at any hour, a report up is due at once, and who leads is told now
    (《信访工作条例》第二十五条).
    """
    case = Case.objects.locked(case_id)
    rules.check_can_raise_urgent(actor, case, now=now)
    reason = rules.check_said(reason, "reason")
    move_case(case, "raise_urgent", now=now, is_urgent=True)
    replan_case(case, now=now)
    start_report_if_urgent(case, started_on=timezone.localdate(now), actor=actor, now=now)
    journal.record(
        actor, "raise_urgent", case, before={"urgent": False}, after={"urgent": True}, reason=reason, now=now
    )
    people = [
        *(readers_of(case, case.first_handler, DEPARTMENT_HEAD, now=now) if case.first_handler else ()),
        *(one for role in (HALL_MANAGER, LEADER, SUPERVISOR) for one in office_people(case, role, now=now)),
    ]
    others = {user.pk: user for user in people if user.pk != actor.user_id}
    tell(case, list(others.values()), "case_urgent", once="raised", now=now, urgent=True, reason=reason)
    return case


@transaction.atomic
def report_urgent(
    *, actor: Actor, case_id: int, reported_to: str, text: str, now: dt.datetime
) -> UrgentReport:
    """A written report up: the situation and what was done. The first one meets the clock, more may follow
    (《信访工作条例》第二十五条).
    """
    case = Case.objects.locked(case_id)
    rules.check_can_report_urgent(actor, case, now=now)
    reported_to = rules.check_said(reported_to, "reported_to", _("请写明向谁报告。"))
    text = rules.check_said(text, "text", _("请写明情况和已采取的措施。"))
    meet_deadline(case, "report_urgent", actor=actor, now=now)
    earlier = case.urgent_reports.count()
    document = issue_paper(
        "report_urgent",
        case,
        actor=actor,
        now=now,
        recipient=reported_to,
        situation=text,
        people=f"{case.head_count}人",
        place=case.place,
        report_part=f"续报之{cn_numeral(earlier)}" if earlier else "首报",
    )
    report = UrgentReport.objects.create(
        case=case, reported_to=reported_to, text=text, document=document, at=now, by_id=actor.user_id
    )
    journal.record(actor, "report_urgent", case, after={"to": reported_to, "paper": document.number}, now=now)
    return report
