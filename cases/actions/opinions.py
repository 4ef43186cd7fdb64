"""The written opinion: drafted claim by claim, countersigned, issued (第三十二条)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases import rules
from cases.actions.deadlines import meet_deadline, start_deadline, void_deadline
from cases.actions.papers import issue_paper
from cases.actions.parts import move_case, readers_of, tell
from cases.lifecycle import CONCLUSIONS, OPINION
from cases.models import Case, Opinion, OpinionRow
from cases.queries.heard import hearing_lines
from cases.queries.opinions import PARTS, open_claims, open_rows
from cases.queries.precheck import OPINION_ARTICLE, blocking, field_of
from cases.queries.reviewers import upper_organ
from cases.queries.standing import standing
from hall import journal
from hall.access import Actor, Refused
from hall.citations import cite
from staffing.lifecycle import DEPARTMENT_HEAD

MOST_WORDS = 6000
_UNSIGNED: dict[str, Any] = {"countersigned_by": None, "countersigned_at": None, "submitted_at": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a draft says to one claim; whatever is not written yet is empty."""

    claim_id: int
    conclusion: str = ""
    facts: str = ""
    basis: str = ""
    answer: str = ""


@transaction.atomic
def draft_opinion(
    *, actor: Actor, case_id: int, rows: Sequence[Answer], heard: str | None = None, now: dt.datetime
) -> Opinion:
    """Save what is written so far; half-written rows are fine, claims that are not named keep theirs.

    An edit after the signature makes the signature void: the opinion is a draft again and the head is told. Saving
    the same words again changes nothing. `heard`: how the conclusion of a hearing is taken into account; None keeps it.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_draft_opinion(actor, case, now=now)
    claims = {claim.pk: claim.number for claim in open_claims(case)}
    said = _cleaned(rows, claims)
    opinion = _current(case) if standing(case).opinion else None
    written = open_rows(case)
    changed = [pk for pk, parts in said.items() if parts != _parts(written.get(pk))]
    gone = [pk for pk in written if pk not in claims]
    taken = _taken(heard, opinion)
    if opinion and not changed and not gone and taken == opinion.heard:
        return opinion
    before = opinion.status if opinion else ""
    if opinion is None:
        opinion = Opinion(case=case, round=standing(case).round, department_id=case.first_handler_id or 0)
    for name, value in _UNSIGNED.items():
        setattr(opinion, name, value)
    opinion.status = OPINION.target("draft_opinion", before) if before else OPINION.initial[0]
    opinion.drafted_by_id, opinion.drafted_at, opinion.heard = actor.user_id, now, taken
    opinion.save()
    if gone:
        opinion.rows.filter(claim_id__in=gone).delete()
    OpinionRow.objects.bulk_create(
        (
            OpinionRow(opinion=opinion, claim_id=pk, **said.get(pk, {}))
            for pk in claims
            if pk in changed or pk not in written
        ),
        update_conflicts=True,
        unique_fields=["opinion", "claim"],
        update_fields=PARTS,
    )
    after = {"opinion_status": opinion.status, "claims": sorted(str(claims[pk]) for pk in changed)}
    was = {"opinion_status": before} if before else {}
    journal.record(actor, "draft_opinion", case, before=was, after=after, now=now)
    if before in ("submitted", "countersigned"):
        _tell_heads(case, "opinion_reopened", opinion, actor=actor, now=now)
    return opinion


def _cleaned(rows: Sequence[Answer], claims: dict[int, int]) -> dict[int, dict[str, str]]:
    """The rows by claim, without their margins. Raises Refused(input) at the field that is wrong."""
    said: dict[int, dict[str, str]] = {}
    for row in rows:
        if row.claim_id not in claims or row.claim_id in said:
            raise Refused(_("有一项诉求不在本事项需要答复的诉求里，请重新打开这一页。"), "input")
        parts = {part: getattr(row, part).strip() for part in PARTS}
        if parts["conclusion"] and parts["conclusion"] not in CONCLUSIONS:
            raise Refused(_("请选择结论。"), "input", field=field_of("conclusion", row.claim_id))
        for part, text in parts.items():
            if len(text) > MOST_WORDS:
                words = _("第%(n)s项诉求写得太长，每一栏不超过%(most)s字。")
                facts = {"n": claims[row.claim_id], "most": MOST_WORDS}
                raise Refused(words % facts, "input", field=field_of(part, row.claim_id))
        said[row.claim_id] = parts
    return said


def _taken(heard: str | None, opinion: Opinion | None) -> str:
    """What is said on the hearing. Raises Refused(input)."""
    if heard is None:
        return opinion.heard if opinion else ""
    if len(heard.strip()) > MOST_WORDS:
        words = _("写得太长，不超过%(most)s字。") % {"most": MOST_WORDS}
        raise Refused(words, "input", field="heard")
    return heard.strip()


def _parts(row: OpinionRow | None) -> dict[str, str]:
    return {part: getattr(row, part) if row else "" for part in PARTS}


def _current(case: Case) -> Opinion:
    """The opinion on which the rule has just agreed."""
    return case.opinions.select_related("department__jurisdiction").get(
        pk=(standing(case).opinion or {})["id"]
    )


def _check_whole(case: Case) -> None:
    """Raises Refused(input) that names everything still missing, each with its clause."""
    missing = blocking(case)
    if missing:
        listed = _("；").join(
            _("%(wrong)s（%(article)s）") % {"wrong": one.what, "article": cite(one.article)}
            for one in missing
        )
        words = _("处理意见还不完整：%(missing)s。") % {"missing": listed}
        raise Refused(words, "input", field=missing[0].field, article=OPINION_ARTICLE[case.law])


def _tell_heads(case: Case, kind: str, opinion: Opinion, *, actor: Actor, now: dt.datetime) -> None:
    """The heads of the unit, but not who has just done it."""
    heads = readers_of(case, opinion.department, DEPARTMENT_HEAD, now=now)
    once = f"{opinion.pk}/{now.timestamp()}"
    tell(case, [user for user in heads if user.pk != actor.user_id], kind, once=once, now=now)


def _tell_drafter(case: Case, kind: str, opinion: Opinion, *, actor: Actor, now: dt.datetime) -> None:
    """Who wrote it; where that was no person, those who handle matters in the unit."""
    known = readers_of(case, opinion.department, now=now)
    wrote = [user for user in known if user.pk == opinion.drafted_by_id]
    people = [user for user in wrote or known if user.pk != actor.user_id]
    tell(case, people, kind, once=f"{opinion.pk}/{now.timestamp()}", now=now)


@transaction.atomic
def submit_opinion(*, actor: Actor, case_id: int, now: dt.datetime) -> Opinion:
    """Send the whole draft to the head for the signature; one with an empty row stays where it is (第三十二条)."""
    case = Case.objects.locked(case_id)
    rules.check_can_submit_opinion(actor, case, now=now)
    _check_whole(case)
    opinion = _current(case)
    before = _turn(opinion, "submit_opinion", submitted_at=now, returned_reason="")
    _note(case, "submit_opinion", before, opinion, actor=actor, now=now)
    _tell_heads(case, "opinion_submitted", opinion, actor=actor, now=now)
    return opinion


@transaction.atomic
def return_opinion(*, actor: Actor, case_id: int, reason: str, now: dt.datetime) -> Opinion:
    """Back to the drafter, with what is to be changed."""
    case = Case.objects.locked(case_id)
    rules.check_can_return_opinion(actor, case, now=now)
    reason = rules.check_said(reason, "reason")
    opinion = _current(case)
    before = _turn(opinion, "return_opinion", submitted_at=None, returned_reason=reason)
    _note(case, "return_opinion", before, opinion, actor=actor, now=now, reason=reason)
    _tell_drafter(case, "opinion_returned", opinion, actor=actor, now=now)
    return opinion


@transaction.atomic
def countersign_opinion(*, actor: Actor, case_id: int, now: dt.datetime) -> Opinion:
    """The head signs the words as they stand; any later edit makes the signature void."""
    case = Case.objects.locked(case_id)
    rules.check_can_countersign_opinion(actor, case, now=now)
    opinion = _current(case)
    before = _turn(opinion, "countersign_opinion", countersigned_by_id=actor.user_id, countersigned_at=now)
    _note(case, "countersign_opinion", before, opinion, actor=actor, now=now)
    _tell_drafter(case, "opinion_countersigned", opinion, actor=actor, now=now)
    return opinion


@transaction.atomic
def issue_opinion(*, actor: Actor, case_id: int, now: dt.datetime) -> Opinion:
    """The numbered paper, exactly as countersigned: the matter is answered, and service begins
    (第三十二条、第三十四条). What was asked of others while it was handled has lost its object.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_issue_opinion(actor, case, now=now)
    _check_whole(case)
    opinion = _current(case)
    meet_deadline(case, "handle", "simple_handle", actor=actor, now=now)
    void_deadline(
        case, "supplement", "contribute", reason=gettext_noop("处理意见已经作出。"), actor=actor, now=now
    )
    start_deadline(
        case, "serve", department_id=opinion.department_id, started_on=timezone.localdate(now),
        now=now, actor=actor,
    )  # fmt: skip
    paper = issue_paper("opinion", case, actor=actor, now=now, **_paper_facts(case, opinion))
    _turn(opinion, "issue_opinion", issued_at=now, issued_by_id=actor.user_id, document=paper)
    before = move_case(case, "issue_opinion", now=now)
    after = {"status": case.status, "document": paper.number}
    journal.record(actor, "issue_opinion", case, before={"status": before}, after=after, now=now)
    return opinion


def _turn(opinion: Opinion, verb: str, **facts: Any) -> str:
    """Take the opinion's own move with its facts; returns the state that it leaves."""
    before = opinion.status
    opinion.status = OPINION.target(verb, before)
    for name, value in facts.items():
        setattr(opinion, name, value)
    opinion.save(update_fields=["status", *facts])
    return before


def _note(
    case: Case, verb: str, before: str, opinion: Opinion, *, actor: Actor, now: dt.datetime, reason: str = ""
) -> None:
    was, after = {"opinion_status": before}, {"opinion_status": opinion.status}
    journal.record(actor, verb, case, before=was, after=after, reason=reason, now=now)


def _paper_facts(case: Case, opinion: Opinion) -> dict[str, Any]:
    """What the paper says beyond the case: the unit speaks in its own name, claim by claim."""
    unit, hall = opinion.department, case.hall
    rows = [
        {
            "text": row.claim.text,
            "facts": row.facts,
            "basis": row.basis,
            "conclusion": CONCLUSIONS[row.conclusion],
            "opinion": row.answer,
        }
        for row in opinion.rows.select_related("claim").order_by("claim__number")
    ]
    own = {"contact": unit.name, "contact_phone": unit.phone} if unit.phone else {}
    copies = [] if unit.is_petition_office else [hall.organ_name]
    return {
        "organ_name": unit.name,
        "opinions": rows,
        "upper_organ": upper_organ(case, unit),
        "origin": _origin(case, opinion),
        "hearing": hearing_lines(case, heard=opinion.heard),
        "cc": copies,
        **own,
    }


def _origin(case: Case, opinion: Opinion) -> str:
    """How the matter came to the unit: sent back by a review, or referred."""
    if opinion.round > 1:
        ordered = case.reviews.filter(outcome="redo").select_related("document", "department").last()
        if ordered and ordered.document:
            facts = {"organ": ordered.department.name, "number": ordered.document.number}
            return "经{organ}（{number}）责令重新办理".format(**facts)
    sent = case.referrals.filter(department=opinion.department, part="lead").last()
    if sent is None:
        return ""
    day = timezone.localdate(sent.sent_at)
    how = "交办" if sent.kind == "assign" else "转送"
    return f"由{case.hall.organ_name}于{day.year}年{day.month}月{day.day}日{how}我单位"
