"""The panel deliberates behind closed doors and concludes; what it found goes into the case file."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.deadlines import meet_deadline, start_deadline
from cases.actions.parts import office_people, readers_of, tell
from cases.actions.proceedings import end_proceeding
from cases.models import Case
from cases.rules.common import check_said
from hall import journal
from hall.access import Actor, Refused
from hall.documents.kinds import cn_date
from hall.models import ref_of
from hearings import rules
from hearings.actions.asking_clocks import count_again
from hearings.actions.locking import item_of, lock_hearing
from hearings.actions.papers import issue_conclusion
from hearings.lifecycle import FINDINGS, HEARING
from hearings.models import Conclusion, DeliberationNote, Hearing
from hearings.queries.rule_sets import local_rule
from hearings.queries.session import seats_of, steps_of
from hearings.queries.votes import notes_of
from hearings.rules.deliberation import (
    check_agrees,
    check_finding,
    check_on_the_spot,
    decided,
    open_seats,
)
from staffing.actions.engagements import release


@transaction.atomic
def record_finding(
    *, actor: Actor, hearing_id: int, finding: str, text: str, seat_id: int | None = None, now: dt.datetime
) -> DeliberationNote:
    """What one member found and why: once, never changed. The journal says that it was given, never what or by whom."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_record_finding(actor, hearing, now=now)
    able = {seat.pk: seat for seat in open_seats(actor, hearing, seats_of(hearing))}
    wanted = seat_id if seat_id is not None or len(able) != 1 else next(iter(able))
    if wanted not in able:
        raise Refused(_("请选择是哪一位听证员的意见。"), "input", field="seat")
    said = check_finding(finding, text)
    note = DeliberationNote.objects.create(
        hearing=hearing, seat=able[wanted], finding=finding, text=said, at=now, written_by_id=actor.user_id
    )
    given = hearing.deliberation.count()
    journal.record(actor, "record_finding", hearing, stream=case, after={"n": given}, now=now)
    return note


@transaction.atomic
def conclude_hearing(
    *,
    actor: Actor,
    hearing_id: int,
    finding: str,
    facts: str,
    opinion: str,
    advice: str = "",
    on_the_spot: bool = False,
    now: dt.datetime,
) -> Conclusion:
    """What the majority found, in writing: numbered, for the petitioner and the unit; the file and the opinion name it.

    Told on the spot, the paper is served within the days of the local rules. Rooms, people and the pause end here.
    """
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_conclude_hearing(actor, hearing, now=now)
    found = decided(seats_of(hearing), notes_of(hearing))
    check_agrees(finding, found)
    proven = check_said(facts, "facts", _("请写明查明的事实，至少%(n)s个字。"), least=10)
    words = check_said(opinion, "opinion", _("请写明听证结论，至少%(n)s个字。"), least=10)
    if on_the_spot:
        check_on_the_spot(hearing, now)
    hearing.status = HEARING.target("conclude_hearing", hearing.status)
    hearing.ended_at = now
    hearing.save(update_fields=["status", "ended_at"])
    _end_sheet(hearing, on_the_spot=on_the_spot, now=now)
    meet_deadline(case, "hearing_conclude", actor=actor, now=now, item=item_of(hearing))
    _start_service(case, hearing, on_the_spot=on_the_spot, actor=actor, now=now)
    release(ref_of(hearing), now=now)
    count_again(hearing, now=now)
    conclusion = Conclusion(
        hearing=hearing,
        finding=finding,
        facts=proven,
        opinion=words,
        advice=advice.strip(),
        votes_for=found.votes,
        votes_total=found.total,
        on_the_spot=on_the_spot,
        concluded_at=now,
        concluded_by_id=actor.user_id,
    )
    paper = conclusion.document = issue_conclusion(case, hearing, conclusion, actor=actor, now=now)
    conclusion.save(force_insert=True)
    end_proceeding(
        case, "hearing", hearing.pk, stage="concluded", told=told(hearing, conclusion),
        document=paper, finding=FINDINGS[finding], meets_at=hearing.started_at, now=now,
    )  # fmt: skip
    after = {"status": hearing.status, "finding": finding, "document": paper.number, "told": on_the_spot}
    journal.record(actor, "conclude_hearing", hearing, stream=case, after=after, now=now)
    _tell(case, hearing, number=paper.number, now=now)
    return conclusion


def _end_sheet(hearing: Hearing, *, on_the_spot: bool, now: dt.datetime) -> None:
    """The recess is over; the result was told at once, or is left out of the sheet with the reason."""
    for step in steps_of(hearing):
        if step.kind == "recess":
            step.ended_at = now
        elif step.kind == "result" and on_the_spot:
            step.began_at = step.ended_at = now
        elif step.kind == "result":
            step.ended_at, step.note = now, "没有当场宣布，书面送达。"
        else:
            continue
        step.save(update_fields=["began_at", "ended_at", "note"])


def _start_service(
    case: Case, hearing: Hearing, *, on_the_spot: bool, actor: Actor, now: dt.datetime
) -> None:
    if not on_the_spot or not hearing.rules.serve_days:
        return
    own = local_rule(hearing.rules, "serve")
    start_deadline(
        case,
        "hearing_serve",
        department_id=hearing.organiser_id,
        started_on=timezone.localdate(now),
        item=item_of(hearing),
        own_rule=own,
        actor=actor,
        now=now,
    )


def told(hearing: Hearing, conclusion: Conclusion) -> str:
    """Plain words for the petitioner: what came of it and what happens now; in Chinese, as the paper is."""
    day = cn_date(timezone.localdate(hearing.started_at or conclusion.concluded_at))
    number = conclusion.document.number if conclusion.document else ""
    how = "已经当场宣布，" if conclusion.on_the_spot else ""
    return (
        f"就您反映的事项，{day}举行了听证。听证结论是“{FINDINGS[conclusion.finding]}”，"
        f"{how}写在《听证结论书》（{number}）里，将送达给您。"
        "听证结论不是最后的处理意见：承办单位出具意见书时会写明怎样采纳它，您对意见书不服的，仍然可以依法申请复查或者复核。"
    )


def _tell(case: Case, hearing: Hearing, *, number: str, now: dt.datetime) -> None:
    """The unit that will answer the petitioner, who holds the hearing, and the petition office; each once."""
    people = office_people(case, now=now)
    for unit in {case.first_handler, hearing.organiser} - {None}:
        if unit is not None:
            people += readers_of(case, unit, "liaison", "department_head", now=now)
    once = {user.pk: user for user in people}
    tell(case, [*once.values()], "hearing_concluded", once=f"{hearing.pk}", paper=number, now=now)
