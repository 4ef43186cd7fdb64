"""Cases that belong together: one is merged into the other, or each shows where the other is."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases import rules
from cases.actions.claims import copy_barred, copy_materials, redraft, search_again, tell_units
from cases.actions.papers import issue_paper
from cases.actions.parts import end_open_things, move_case
from cases.actions.results import take_down_published
from cases.actions.video_barred import put_out_barred
from cases.lifecycle import LINKS
from cases.models import Case, CaseLink, CaseParty, Claim
from cases.queries.opinions import open_claims
from cases.rules.claims import check_merge_target
from hall import journal
from hall.access import Actor, Refused

MERGED = gettext_noop("已并入另一件信访事项办理。")
JOINED = gettext_noop("该事项已与另一件信访事项并案办理。")
"""Why what was public of the one that goes on is taken down; it is public, so it does not say what came along."""
CHOSEN_LINKS = ("related", "earlier")
"""The links that a person draws; the others come with their act."""


def _pair(actor: Actor, case_id: int, other_id: int | None) -> tuple[Case, Case | None]:
    """Both cases under their locks, taken in order of id: two people may join the same two at once, each from his
    end. No second one when who names it may not see it.
    """
    seen = Case.objects.visible_to(actor).filter(pk=other_id or 0).values_list("pk", flat=True).first()
    locked = {pk: Case.objects.locked(pk) for pk in sorted({case_id, seen or case_id})}
    return locked[case_id], locked[seen] if seen else None


def _unknown(field: str) -> Refused:
    return Refused(_("没有找到这个编号的信访事项，或者您无权查看。"), "input", field=field)


@transaction.atomic
def merge_case(*, actor: Actor, case_id: int, into_id: int | None, reason: str, now: dt.datetime) -> Case:
    """Two open matters of the same person are handled as one: the claims go to the end of the other's, the papers with
    them, and who is complained of stays out of that one too. Returns the case that goes on.
    """
    case, into = _pair(actor, case_id, into_id)
    rules.check_can_merge_case(actor, case, now=now)
    if into is None:
        raise _unknown("into")
    check_merge_target(actor, case, into)
    _check_same_people(case, into)
    said = rules.check_said(reason, "reason")
    before = move_case(case, "merge_case", now=now)
    end_open_things(case, reason=MERGED, actor=actor, now=now)
    people = _named(into)
    numbers = _append(case, into)
    if into.is_confidential or _named(into) > people:
        # Nobody asked those who came along, and the words were never read for their names.
        take_down_published(into, JOINED, actor=actor, now=now)
        into.public_consent = False  # asked for again, of all who are in it now
        into.save(update_fields=["public_consent"])
    copy_barred(into, case)  # who stays out of the one that goes on does not read of it here either
    put_out_barred(actor=actor, case=into, now=now)
    _link(case, into, "merged", said, actor=actor, now=now)
    document = issue_paper(
        "notice_merged",
        case,
        actor=actor,
        now=now,
        claims=list(open_claims(case).values_list("text", flat=True)),
        reason=said,
        other_number=into.number,
        other_matter=into.title,
    )
    journal.record(
        actor, "merge_case", into, after={"other": case.number, "claims": numbers}, reason=said, now=now
    )
    after = {"status": case.status, "other": into.number, "document": document.number}
    journal.record(actor, "merge_case", case, before={"status": before}, after=after, reason=said, now=now)
    tell_units(case, "case_merged", once="merged", now=now, other=into.number)
    tell_units(into, "claims_added", once=f"merged/{case.pk}", now=now, other=case.number)
    return into


def _check_same_people(case: Case, into: Case) -> None:
    ours = case.parties.values("petitioner_id")
    if not into.parties.filter(petitioner_id__in=ours).exists():
        raise Refused(_("两件事项没有共同的信访人，不能并案；内容相关的，可以关联。"), "input", field="into")


def _named(case: Case) -> int:
    """How many people and units are in it: those who complain and those complained of."""
    return case.parties.count() + case.respondents.count()


def _append(case: Case, into: Case) -> list[str]:
    """Claims, people, papers and whom it complains of; returns the numbers that the claims have now."""
    last = into.claims.aggregate(last=Max("number"))["last"] or 0
    texts = open_claims(case).values_list("text", flat=True)
    claims = Claim.objects.bulk_create(
        Claim(case=into, number=last + n, text=text) for n, text in enumerate(texts, 1)
    )
    there = into.parties.values("petitioner_id")
    people = list(case.parties.exclude(petitioner_id__in=there).values_list("petitioner_id", flat=True))
    # As companions: the other matter has its principal and its representatives, five at most (第二十条).
    CaseParty.objects.bulk_create(
        CaseParty(case=into, petitioner_id=petitioner_id, role="companion") for petitioner_id in people
    )
    into.is_confidential = into.is_confidential or case.is_confidential
    into.head_count = max(into.head_count, into.parties.count())
    into.is_group = into.is_group or into.head_count >= into.hall.group_threshold
    into.save(update_fields=["is_confidential", "head_count", "is_group"])
    copy_barred(case, into)
    copy_materials(case, into)
    redraft(into)
    search_again(into)
    return [str(claim.number) for claim in claims]


def _link(case: Case, other: Case, kind: str, reason: str, *, actor: Actor, now: dt.datetime) -> CaseLink:
    """Written once and read from both sides; where the pair is linked already in this direction, from the other."""
    if CaseLink.objects.filter(case=case, other=other).exists():
        case, other = other, case
    return CaseLink.objects.create(
        case=case, other=other, kind=kind, reason=reason, at=now, by_id=actor.user_id
    )


@transaction.atomic
def link_cases(
    *, actor: Actor, case_id: int, other_id: int | None, kind: str, reason: str, now: dt.datetime
) -> CaseLink:
    """Each of two cases shows the other from now on, once; who links them may see both."""
    case, other = _pair(actor, case_id, other_id)
    rules.check_can_link_cases(actor, case, now=now)
    if other is None:
        raise _unknown("other")
    if other.pk == case.pk:
        raise Refused(_("不能与自身关联。"), "input", field="other")
    if kind not in CHOSEN_LINKS:
        raise Refused(_("请选择关联的种类。"), "input", field="kind")
    both = Q(case=case, other=other) | Q(case=other, other=case)
    if known := CaseLink.objects.filter(both).first():
        words = {"kind": _(LINKS[known.kind])}
        raise Refused(_("这两件事项已经关联（%(kind)s）。") % words, "input", field="other")
    link = _link(case, other, kind, reason.strip(), actor=actor, now=now)
    # Not which other one, and not why: who reads the one may be whom the other complains of (第三十条). The
    # link itself is shown to who sees both.
    for one in (other, case):
        journal.record(actor, "link_cases", one, after={"method": kind}, now=now)
    return link
