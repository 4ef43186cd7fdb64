"""Claims that leave their case: to the procedure that another law gives for them, or into a case of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases import rules
from cases.actions.deadlines import start_deadline, start_report_if_urgent
from cases.actions.papers import issue_paper
from cases.actions.parts import end_open_things, move_case, readers_of, tell
from cases.actions.register import new_query_code, next_number
from cases.lifecycle import GROUNDS
from cases.models import (
    OPEN_OPINION,
    Case,
    CaseLink,
    CaseParty,
    Claim,
    Material,
    Recusal,
    Respondent,
    StatutoryRoute,
)
from cases.queries.closed_before import closed_before
from cases.queries.opinions import open_claims
from cases.queries.respondents import petition_office
from cases.queries.search import case_terms, search_vector
from hall import journal
from hall.access import Actor, Refused
from hall.models import IssuedDocument
from hall.outbox import address_of

DIVERTED = gettext_noop("诉求已全部导入法定途径。")
_KEPT = (
    "hall_id", "channel", "purpose", "statutory_class", "category_id", "summary", "content", "is_oral", "read_back_at",
    "place", "place_region_id", "is_group", "head_count", "is_anonymous", "is_confidential", "public_consent",
    "electronic_consent", "is_urgent", "is_law_related", "is_skip_level", "received_on", "law",
)  # fmt: skip
"""What a case that was split off has from the one it comes from."""


@transaction.atomic
def transfer_claims(
    *,
    actor: Actor,
    case_id: int,
    claim_ids: Sequence[int],
    route_id: int | None,
    reason: str,
    now: dt.datetime,
) -> Case:
    """Claims for which another law gives a procedure go there, in writing: which, whereto, why, and how. The others
    are handled on, in the same time (第三十一条).
    """
    case = Case.objects.locked(case_id)
    rules.check_can_transfer_claims(actor, case, now=now)
    claims = chosen_claims(
        case,
        claim_ids,
        every=_("全部诉求都应当走法定途径的，请办理“导入法定途径”，整件导入；这里至少留下一项。"),
    )
    route, said = _route(route_id), rules.check_said(reason, "reason")
    redraft(case, without=claims)
    document = _to_their_route(case, claims, route, said, actor=actor, now=now)
    journal.record(
        actor, "transfer_claims", case, after=_told(case, claims, route, document), reason=said, now=now
    )
    return case


@transaction.atomic
def divert_case(*, actor: Actor, case_id: int, route_id: int | None, reason: str, now: dt.datetime) -> Case:
    """All that is left goes to another procedure, in writing; no clock runs here any more (第三十一条)."""
    case = Case.objects.locked(case_id)
    rules.check_can_divert_case(actor, case, now=now)
    route, said = _route(route_id), rules.check_said(reason, "reason")
    claims = list(open_claims(case))
    before = move_case(case, "divert_case", now=now)
    end_open_things(case, reason=DIVERTED, actor=actor, now=now)
    document = _to_their_route(case, claims, route, said, actor=actor, now=now)
    after = {"status": case.status, **_told(case, claims, route, document)}
    journal.record(actor, "divert_case", case, before={"status": before}, after=after, reason=said, now=now)
    tell_units(case, "case_diverted", once="diverted", now=now, but=actor.departments(), other=route.name)
    return case


def _route(route_id: int | None) -> StatutoryRoute:
    route = StatutoryRoute.objects.filter(pk=route_id or 0, is_active=True).first()
    if route is None:
        raise Refused(_("请选择法定途径：信访人要知道该找哪个机关、怎么提出。"), "input", field="route")
    return route


def _to_their_route(
    case: Case, claims: list[Claim], route: StatutoryRoute, reason: str, *, actor: Actor, now: dt.datetime
) -> IssuedDocument:
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(
        route=route, transferred_at=now, transfer_reason=reason
    )
    remaining = list(open_claims(case).values_list("text", flat=True))
    return issue_paper(
        "notice_transferred",
        case,
        actor=actor,
        now=now,
        unit=case.first_handler.name if remaining and case.first_handler else "",
        claims=[claim.text for claim in claims],
        remaining=remaining,
        article=_article(case, route),
        competent=route.organ,
        basis=route.basis,
        route=route.guidance,
        reason=reason,
    )


def _article(case: Case, route: StatutoryRoute) -> str:
    """The item of article 31 that the route belongs to, or its like in the law of the case."""
    return GROUNDS[f"route_{route.clause}"].article_of(case.law)


def _told(
    case: Case, claims: list[Claim], route: StatutoryRoute, document: IssuedDocument
) -> dict[str, object]:
    return {
        "claims": [str(claim.number) for claim in claims],
        "body": route.organ,
        "article": _article(case, route),
        "document": document.number,
    }


# -- parts that the verbs on claims share --------------------------------------------------------------------------


def chosen_claims(case: Case, claim_ids: Collection[int], *, every: str) -> list[Claim]:
    """The claims of these ids, some of those that are still the case's own. `every`: why it cannot be all of them."""
    there = list(open_claims(case))
    chosen = [claim for claim in there if claim.pk in set(claim_ids)]
    if not chosen:
        raise Refused(_("请至少选择一项诉求。"), "input", field="claims")
    if len(chosen) != len(set(claim_ids)):
        raise Refused(_("所选诉求中有的已不在本事项中，请重新选择。"), "input", field="claims")
    if len(chosen) == len(there):
        raise Refused(every, "input", field="claims")
    return chosen


def redraft(case: Case, *, without: Sequence[Claim] = ()) -> None:
    """Which claims are to be answered has changed: an opinion under way is a draft again, its signature void."""
    opinion = case.opinions.filter(OPEN_OPINION).first()
    if opinion is None:
        return
    if opinion.status != "draft":
        opinion.status = "draft"
        opinion.submitted_at = opinion.countersigned_at = opinion.countersigned_by = None
        opinion.save(update_fields=["status", "submitted_at", "countersigned_at", "countersigned_by"])
    opinion.rows.filter(claim__in=without).delete()


def search_again(case: Case) -> None:
    """What the case is found by, after its claims or its people have changed."""
    terms = case_terms(
        title=case.title,
        summary=case.summary,
        content=case.content,
        place=case.place,
        claims=case.claims.values_list("text", flat=True),
        names=case.parties.values_list("petitioner__name", flat=True),
        respondents=case.respondents.values_list("name", flat=True),
    )
    Case.objects.filter(pk=case.pk).update(search=search_vector(terms))


def copy_materials(case: Case, to: Case) -> None:
    """Whoever handles the other case reads the papers there: one file under its hash, a row in each case."""
    Material.objects.bulk_create(
        Material(
            case=to,
            name=one.name,
            media_type=one.media_type,
            size=one.size,
            sha256=one.sha256,
            file=one.file,
            added_by_id=one.added_by_id,
            added_at=one.added_at,
        )
        for one in case.materials.all()
    )


def copy_barred(case: Case, to: Case) -> None:
    """Whom the one case complains of, and who is recused from it, stays out of the other too (第二十八条、第三十条)."""
    known = set(to.respondents.values_list("name", "department_id", "user_id"))
    Respondent.objects.bulk_create(
        Respondent(
            case=to,
            name=one.name,
            position=one.position,
            department_id=one.department_id,
            user_id=one.user_id,
        )
        for one in case.respondents.all()
        if (one.name, one.department_id, one.user_id) not in known
    )
    recused = set(to.recusals.values_list("user_id", flat=True))
    Recusal.objects.bulk_create(
        Recusal(case=to, user_id=one.user_id, reason=one.reason, at=one.at, recorded_by_id=one.recorded_by_id)
        for one in case.recusals.all()
        if one.user_id not in recused
    )


def tell_units(
    case: Case, kind: str, *, once: str, now: dt.datetime, other: str, but: Collection[int] = ()
) -> None:
    """The units that have the case, lead, taking part or with a copy, are told; not those of who acts.

    `other`: what the matter has gone to, or come from.
    """
    units = {one.department for one in case.referrals.filter(ended_at=None).select_related("department")}
    if case.first_handler:
        units.add(case.first_handler)
    for unit in sorted(units, key=lambda unit: unit.pk):
        if unit.pk not in but:
            tell(case, readers_of(case, unit, now=now), kind, once=f"{once}/{unit.pk}", now=now, other=other)


# -- a case of their own -------------------------------------------------------------------------------------------


@transaction.atomic
def split_case(
    *, actor: Actor, case_id: int, claim_ids: Sequence[int], title: str, reason: str, now: dt.datetime
) -> Case:
    """Claims that need another unit become a case of their own, of the same people under the same law, with its own
    number and query code, to be sorted like any other. Returns the new case.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_split_case(actor, case, now=now)
    claims = chosen_claims(case, claim_ids, every=_("不能把全部诉求都分出去，原事项至少留下一项。"))
    if not title.strip() or len(title) > rules.TITLE_LENGTH:
        raise Refused(_("请填写标题，不超过%(n)s字。") % {"n": rules.TITLE_LENGTH}, "input", field="title")
    said = rules.check_said(reason, "reason")
    redraft(case, without=claims)
    new = _split_off(case, claims, title.strip(), said, actor=actor, now=now)
    document = issue_paper(
        "notice_split",
        case,
        actor=actor,
        now=now,
        claims=[claim.text for claim in claims],
        remaining=list(open_claims(case).values_list("text", flat=True)),
        reason=said,
        other_number=new.number,
        other_matter=new.title,
        query_url=address_of("cases:progress"),
    )
    after = {
        "other": new.number,
        "claims": [str(claim.number) for claim in claims],
        "document": document.number,
    }
    journal.record(actor, "split_case", case, after=after, reason=said, now=now)
    tell_units(case, "case_split", once=f"split/{new.pk}", now=now, but=actor.departments(), other=new.number)
    return new


def _split_off(
    case: Case, claims: Sequence[Claim], title: str, reason: str, *, actor: Actor, now: dt.datetime
) -> Case:
    new = Case(
        number=next_number(case.hall, case.channel, now=now),
        query_code=new_query_code(),
        title=title,
        registered_at=now,
        registered_by_id=actor.user_id,
        status_since=now,
        repeat_of_id=case.repeat_of_id or getattr(closed_before(case), "pk", None),
        **{name: getattr(case, name) for name in _KEPT},
    )
    new.save(force_insert=True)
    CaseParty.objects.bulk_create(
        CaseParty(
            case=new,
            petitioner_id=one.petitioner_id,
            role=one.role,
            representative_no=one.representative_no,
        )
        for one in case.parties.all()
    )
    Claim.objects.bulk_create(Claim(case=new, number=n, text=one.text) for n, one in enumerate(claims, 1))
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(split_to=new)
    copy_barred(case, new)
    copy_materials(case, new)
    search_again(new)
    CaseLink.objects.create(case=case, other=new, kind="split", reason=reason, at=now, by_id=actor.user_id)
    facts = {"number": new.number, "channel": new.channel, "purpose": new.purpose, "law": new.law}
    journal.record(actor, "register_case", new, after={**facts, "other": case.number}, now=now)
    office = petition_office(new)
    # From today: the original was sorted in its own 15 days, and its receipt stays; only now is there this to sort.
    start_deadline(
        new,
        "sort",
        department_id=office.pk if office else None,
        started_on=timezone.localdate(now),
        now=now,
        actor=actor,
    )
    start_report_if_urgent(new, started_on=timezone.localdate(now), actor=actor, now=now)
    return new
