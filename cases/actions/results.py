"""What is told to the public of a result: drafted, approved by another hand, taken down (国信发〔2015〕12号（三）).

Words that may hold personal data stand in the draft alone, never in the journal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases import rules
from cases.actions.field_visits import locked_cases, record_in
from cases.actions.parts import office_people
from cases.lifecycle import RESULT_NOTICE
from cases.models import (
    Case,
    FieldVisit,
    NoticeCase,
    PublicationConsent,
    ResultNotice,
    SponsoredCase,
    Sponsorship,
    VisitCase,
)
from cases.queries.publication import consent_day
from hall import journal, outbox
from hall.access import Actor, Refused
from hall.batch import broken_by
from hall.models import User
from staffing.lifecycle import HALL_MANAGER, LEADER

CONSENT_BACK = gettext_noop("信访人不再同意公开。")


@transaction.atomic
def record_consent(
    *, actor: Actor, case_id: int, is_given: bool, said_on: dt.date, how: str, now: dt.datetime
) -> PublicationConsent:
    """What the petitioner said to publication. Taken back, everything published of the case comes down at once."""
    case = Case.objects.locked(case_id)
    rules.check_can_record_consent(actor, case, now=now)
    if said_on > timezone.localdate(now):
        raise Refused(_("日期不能晚于今天。"), "input", field="said_on")
    if said_on < case.received_on:
        raise Refused(_("日期不能早于收到该事项之日。"), "input", field="said_on")
    how = rules.check_said(how, "how", _("请写明信访人怎样表示的，例如：本人书面、电话确认。"), least=2)
    row = PublicationConsent.objects.create(
        case=case, is_given=is_given, said_on=said_on, how=how, at=now, by_id=actor.user_id
    )
    if not is_given:
        take_down_published(case, CONSENT_BACK, actor=actor, now=now)
    before, case.public_consent = case.public_consent, is_given
    case.save(update_fields=["public_consent"])
    journal.record(
        actor,
        "record_consent",
        case,
        before={"consent": before},
        after={"consent": is_given, "on": said_on},
        now=now,
    )
    return row


@transaction.atomic
def draft_result(
    *,
    actor: Actor,
    title: str,
    text: str,
    visit_id: int | None = None,
    sponsorship_id: int | None = None,
    case_id: int | None = None,
    now: dt.datetime,
) -> ResultNotice:
    """The words, for another hand to approve; refused while anything in them looks like personal data."""
    case_ids = _cases_of(visit_id, sponsorship_id, case_id)
    cases = locked_cases(case_ids, seen_by=actor)
    visit = FieldVisit.objects.locked(visit_id) if visit_id else None
    charge = Sponsorship.objects.locked(sponsorship_id) if sponsorship_id else None
    for case in cases:
        rules.check_can_draft_result(actor, case, now=now)
    rules.check_source(cases, visit, charge)
    title, text = rules.check_words(title, text, case_ids)
    kind = "field_visit" if visit else "sponsorship" if charge else "case"
    if kind == "case" and ResultNotice.objects.filter(
        links__case=cases[0], kind="case", status__in=("draft", "published")
    ).exists():  # fmt: skip
        raise Refused(_("这个结果已经起草或者公开。"), "state")
    notice = ResultNotice(
        hall_id=cases[0].hall_id, kind=kind, visit=visit, sponsorship=charge, title=title, text=text,
        drafted_by_id=actor.user_id or 0, drafted_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
    except IntegrityError as error:
        if broken_by(error) in (
            "notice_one_a_visit",
            "notice_one_a_sponsorship",
        ):
            raise Refused(_("这个结果已经起草或者公开。"), "state") from error
        raise
    NoticeCase.objects.bulk_create(NoticeCase(notice=notice, case=case) for case in cases)
    record_in(cases, actor, "draft_result", notice, after={"notice": notice.pk}, now=now)
    _ask_for_approval(notice, cases, actor=actor, now=now)
    return notice


def _cases_of(visit_id: int | None, sponsorship_id: int | None, case_id: int | None) -> list[int]:
    if visit_id:
        rows = VisitCase.objects.filter(visit=visit_id).order_by("position")
        return list(rows.values_list("case", flat=True))
    if sponsorship_id:
        links = SponsoredCase.objects.filter(sponsorship=sponsorship_id).order_by("position")
        return list(links.values_list("case", flat=True))
    return [case_id] if case_id else []


def _ask_for_approval(notice: ResultNotice, cases: Sequence[Case], *, actor: Actor, now: dt.datetime) -> None:
    """The hall's managers and leaders, without the author and whoever is kept out of one of the cases."""
    knowing = [
        {one.pk: one for role in (HALL_MANAGER, LEADER) for one in office_people(case, role, now=now)}
        for case in cases
    ]
    people = [knowing[0][pk] for pk in sorted(set.intersection(*(set(one) for one in knowing)))]
    _post("result_drafted", notice, [one for one in people if one.pk != actor.user_id], now=now)


def _post(kind: str, notice: ResultNotice, people: list[User], *, now: dt.datetime, reason: str = "") -> None:
    outbox.post(
        kind,
        to=people,
        context={"title": notice.title, "reason": reason},
        url=f"/result-notices/{notice.pk}/",
        once=f"{kind}/{notice.pk}/{notice.revision}",
        now=now,
    )


def _of(notice_id: int) -> tuple[ResultNotice, list[Case]]:
    """First the cases, then the notice."""
    ids = list(NoticeCase.objects.filter(notice=notice_id).values_list("case", flat=True))
    found = [Case.objects.locked(pk) for pk in sorted(ids)]
    return ResultNotice.objects.locked(notice_id), found


def _as_read(notice: ResultNotice, revision: int) -> None:
    """What somebody decides on is what they have read."""
    if notice.revision != revision:
        raise Refused(_("您打开以后，内容已经被修改。请重新打开，读过再办理。"), "state")


@transaction.atomic
def edit_result(
    *, actor: Actor, notice_id: int, title: str, text: str, revision: int, now: dt.datetime
) -> ResultNotice:
    """Other words, by the author; who is to approve reads them anew."""
    notice, cases = _of(notice_id)
    rules.check_can_edit_result(actor, notice, now=now)
    _as_read(notice, revision)
    notice.title, notice.text = rules.check_words(title, text, [case.pk for case in cases])
    notice.revision += 1
    notice.drafted_at, notice.returned_note = now, ""
    notice.save(update_fields=["title", "text", "revision", "drafted_at", "returned_note"])
    record_in(cases, actor, "edit_result", notice, after={"notice": notice.pk}, now=now)
    _ask_for_approval(notice, cases, actor=actor, now=now)
    return notice


@transaction.atomic
def return_result(
    *, actor: Actor, notice_id: int, reason: str, revision: int, now: dt.datetime
) -> ResultNotice:
    """Back to the author, with what should be otherwise."""
    notice, cases = _of(notice_id)
    rules.check_can_return_result(actor, notice, now=now)
    _as_read(notice, revision)
    notice.returned_note = rules.check_said(reason, "reason")[:500]
    notice.save(update_fields=["returned_note"])
    record_in(cases, actor, "return_result", notice, after={"notice": notice.pk}, now=now)
    _post("result_returned", notice, [notice.drafted_by], reason=notice.returned_note, now=now)
    return notice


@transaction.atomic
def approve_result(*, actor: Actor, notice_id: int, revision: int, now: dt.datetime) -> ResultNotice:
    """Approved and public from now on: consent, secrecy and the words are looked at once more under the locks."""
    notice, cases = _of(notice_id)
    rules.check_can_approve_result(actor, notice, now=now)
    _as_read(notice, revision)
    rules.check_publishable(cases, now=now)
    ids = [case.pk for case in cases]
    for words in (notice.title, notice.text):
        rules.check_nothing_personal(words, ids, field="")
    notice.status = RESULT_NOTICE.target("approve_result", notice.status)
    notice.approved_by_id, notice.published_at = actor.user_id, now
    notice.consent_on = max(consent_day(case) for case in cases)
    notice.save(update_fields=["status", "approved_by", "published_at", "consent_on"])
    record_in(cases, actor, "approve_result", notice, after={"notice": notice.pk}, now=now)
    _post("result_published", notice, [notice.drafted_by], now=now)
    return notice


@transaction.atomic
def drop_result(*, actor: Actor, notice_id: int, reason: str, now: dt.datetime) -> ResultNotice:
    """The draft is given up; nothing of it was public."""
    notice, cases = _of(notice_id)
    rules.check_can_drop_result(actor, notice, now=now)
    reason = rules.check_said(reason, "reason")
    notice.status = RESULT_NOTICE.target("drop_result", notice.status)
    notice.returned_note = reason[:500]
    notice.save(update_fields=["status", "returned_note"])
    record_in(cases, actor, "drop_result", notice, after={"notice": notice.pk}, now=now)
    return notice


@transaction.atomic
def withdraw_result(*, actor: Actor, notice_id: int, reason: str, now: dt.datetime) -> ResultNotice:
    """Down from the public page; that it was there, and why it went, stays. The reason is public, too."""
    notice, cases = _of(notice_id)
    rules.check_can_withdraw_result(actor, notice, now=now)
    reason = rules.check_said(reason, "reason")
    rules.check_nothing_personal(reason, [case.pk for case in cases], field="reason")
    _take_down(notice, reason, now=now)
    record_in(cases, actor, "withdraw_result", notice, after={"notice": notice.pk}, reason=reason, now=now)
    return notice


def take_down_published(case: Case, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Whatever is public of a case, at once; the case is locked. A part of the acts after which nothing may be."""
    for notice in ResultNotice.objects.select_for_update().filter(links__case=case, status="published"):
        _take_down(notice, reason, now=now)
        after = {"notice": notice.pk}
        journal.record(actor, "withdraw_result", notice, stream=case, after=after, reason=reason, now=now)


def _take_down(notice: ResultNotice, reason: str, *, now: dt.datetime) -> None:
    notice.status = RESULT_NOTICE.target("withdraw_result", notice.status)
    notice.withdrawn_at, notice.withdrawn_reason = now, str(reason)[:300]
    notice.save(update_fields=["status", "withdrawn_at", "withdrawn_reason"])
