"""会商纪要: drafted in versions, sent round, issued. What is signed stands in `actions.signing`.

Every save is a version of its own. An edit while the minutes go round makes every signature void: they are kept, with
the time and the reason (国信发〔2015〕12号（六）).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.deadlines import void_deadline
from cases.actions.papers import issue_paper
from cases.actions.proceedings import end_proceeding, move_proceeding
from cases.models import Case
from consultations import rules
from consultations.actions.minutes_parts import (
    go_on_signing,
    heads_of,
    locked,
    move_consultation,
    open_commitments,
    people_of,
    stop_signing,
    task_rows,
    tell,
    told_of_work,
    told_units,
    write_commitments,
)
from consultations.actions.sittings import call_off_sittings
from consultations.models import (
    Consultation,
    ConsultedUnit,
    Countersignature,
    IssuedMinutes,
    MinutesVersion,
)
from consultations.queries.minutes import digest_of, round_of
from consultations.queries.minutes_paper import minutes_facts
from consultations.rules.minutes import CommitmentLine, check_lines, check_minutes_text
from hall import journal
from hall.access import Actor, Refused

EDITED = "纪要已经修改，原来的会签随之失效。"
ISSUED = "会商纪要已经出具。"


@transaction.atomic
def draft_minutes(
    *,
    actor: Actor,
    consultation_id: int,
    facts: str,
    resolution: str,
    version: int,
    plan: str = "",
    lines: Sequence[CommitmentLine] = (),
    now: dt.datetime,
) -> MinutesVersion:
    """A new version. `version` is the one that the writer had before their eyes: nobody overwrites what they have not
    read.
    """
    case, one = locked(consultation_id)
    rules.check_can_draft_minutes(actor, one, now=now)
    if version != one.version:
        words = _(
            "纪要已由他人修改为第%(new)s版，您修改的是第%(old)s版；您写的内容仍在页面上，请对照新版后再保存。"
        )
        raise Refused(words % {"new": one.version, "old": version}, "state")
    text = {
        name: check_minutes_text(said, name) for name, said in (("facts", facts), ("resolution", resolution))
    }
    chosen = check_lines(one, lines, now=now)
    said = [_line(unit, line) for unit, line in chosen]
    digest = digest_of(text["facts"], text["resolution"], plan.strip(), said)
    old = MinutesVersion.objects.filter(consultation=one, version=one.version).first()
    if old is not None and old.digest == digest:
        raise Refused(_("内容与第%(n)s版相同，没有需要保存的修改。") % {"n": old.version}, "input")
    if one.status == "circulating":
        _void_round(case, one, actor=actor, now=now)
    new = MinutesVersion.objects.create(
        consultation=one,
        version=one.version + 1,
        **text,
        plan=plan.strip(),
        lines=said,
        drafted_at=now,
        drafted_by_id=actor.user_id,
        digest=digest,
    )
    write_commitments(one, chosen, now=now)
    # A return leaves the signatures standing, as the text is the same; now it is not.
    _void_signatures(one, now=now)
    before = move_consultation(one, "draft_minutes", version=new.version)
    if before == "circulating":
        move_proceeding(case, "consultation", one.pk, stage="conferring")
    after = {"version": new.version, "from": before}
    journal.record(actor, "draft_minutes", one, stream=case, after=after, now=now)
    return new


def _line(unit: ConsultedUnit, line: CommitmentLine) -> dict[str, object]:
    return {
        "unit": unit.department_id,
        "unit_name": unit.department.name,
        "person": line.person.strip()[:60],
        "text": line.text.strip(),
        "due_on": f"{line.due_on}",
    }


def _void_signatures(one: Consultation, *, now: dt.datetime) -> None:
    rows = Countersignature.objects.filter(minutes__consultation=one, void_at=None)
    rows.update(void_at=now, void_reason=EDITED)


def _void_round(case: Case, one: Consultation, *, actor: Actor, now: dt.datetime) -> None:
    """Those who have signed learn that it counts no longer, and the one whose turn it was that nothing is asked."""
    found = round_of(one)
    stop_signing(case, one, EDITED, actor=actor, now=now)
    for seat in found.seats:
        if seat.is_done or seat.clock is not None:
            people = heads_of(case, seat.unit.department, now=now)
            facts: dict[str, Any] = {
                "version": one.version,
                "was_signed": seat.is_done and not seat.is_missed,
            }
            tell(case, one, people, "minutes_changed", once=f"{one.version}/{seat.unit.pk}", now=now, **facts)


@transaction.atomic
def circulate_minutes(*, actor: Actor, consultation_id: int, now: dt.datetime) -> Consultation:
    """The version that counts goes round. After a return without an edit it goes on where it stopped: who has signed
    has signed this text, and who was passed over stays so until there is another.
    """
    case, one = locked(consultation_id)
    rules.check_can_circulate_minutes(actor, one, now=now)
    move_consultation(one, "circulate_minutes")
    move_proceeding(case, "consultation", one.pk, stage="minutes")
    after = {"version": one.version}
    journal.record(actor, "circulate_minutes", one, stream=case, after=after, now=now)
    go_on_signing(case, one, actor=actor, now=now)
    return one


@transaction.atomic
def issue_minutes(*, actor: Actor, consultation_id: int, now: dt.datetime) -> IssuedMinutes:
    """The paper, and what binds: each commitment on its own clock. Silent, dissenting and missing units by name."""
    case, one = locked(consultation_id)
    rules.check_can_issue_minutes(actor, one, now=now)
    found = round_of(one)
    stop_signing(case, one, ISSUED, actor=actor, now=now)
    void_deadline(case, "confer", reason=ISSUED, actor=actor, now=now)
    call_off_sittings(one, reason=str(_(ISSUED)), now=now)
    rows = open_commitments(case, one, "issue_minutes", actor=actor, now=now)
    move_consultation(one, "issue_minutes", ended_at=now)
    told = told_of_work(rows, how="参加会商的单位已经商定怎样办理您反映的事")
    end_proceeding(case, "consultation", one.pk, stage="agreed", told=told, now=now)
    facts = minutes_facts(one, found, task_rows(rows))
    paper = issue_paper("minutes_joint", case, actor=actor, now=now, **facts)
    issued = IssuedMinutes.objects.create(
        consultation=one, minutes=found.text, document=paper, issued_at=now, issued_by_id=actor.user_id
    )
    after = {"paper": paper.number}
    journal.record(actor, "issue_minutes", one, stream=case, after=after, now=now)
    for unit in told_units(one):
        people = people_of(case, unit.department, now=now)
        tell(case, one, people, "minutes_issued", once=f"{unit.pk}", now=now, paper=paper.number)
    return issued
