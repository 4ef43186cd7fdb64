"""What a notice may say of its cases: whom it must not name, whether the petitioner agreed, the words to begin with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.utils import timezone

from cases.models import Case, CaseParty, FieldVisit, PublicationConsent, Respondent, Sponsorship
from cases.queries.masking import Finding, Known, findings, is_unit_name, masked

ADULT = 18


def known_of(case_ids: Collection[int]) -> Known:
    """Everybody on these cases, and whom they complain of. Two statements."""
    persons, units, addresses = [], [], []
    people = CaseParty.objects.filter(case__in=case_ids).select_related("petitioner").order_by("id")
    for party in people:
        persons.append(party.petitioner.name)
        if party.petitioner.address:
            addresses.append(party.petitioner.address)
    rows = Respondent.objects.filter(case__in=case_ids).select_related(
        "department", "department__jurisdiction"
    )
    for one in rows.order_by("id"):
        name = one.name.strip()
        if one.department is None and not is_unit_name(name):
            persons.append(name)
            continue
        units.append(name)
        if one.department is not None:
            whole = one.department.name
            units += [whole, whole.removeprefix(one.department.jurisdiction.name)]
    longest_first = sorted({name for name in units if name}, key=len, reverse=True)
    return Known(tuple(dict.fromkeys(filter(None, persons))), tuple(longest_first), tuple(addresses))


def still_personal(text: str, case_ids: Collection[int]) -> list[Finding]:
    """What must go before the text may be published."""
    return findings(text, known_of(case_ids))


def has_minor(case_ids: Collection[int], *, today: dt.date) -> bool:
    """One of the people on these cases is under 18, by the birth date or by the identity number."""
    people = CaseParty.objects.filter(case__in=case_ids).select_related("petitioner")
    return any(_is_minor(_born(party), today) for party in people)


def _born(party: CaseParty) -> dt.date | None:
    person = party.petitioner
    if person.birth_date:
        return person.birth_date
    number = person.id_number if person.id_kind == "resident" else ""
    try:
        return dt.datetime.strptime(number[6:14], "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None


def _is_minor(born: dt.date | None, today: dt.date) -> bool:
    if born is None:
        return False
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) < ADULT


def consent_day(case: Case) -> dt.date:
    """When the petitioner agreed last; at the registration, where nothing was recorded since."""
    last = PublicationConsent.objects.filter(case=case.pk, is_given=True).order_by("-id").first()
    return last.said_on if last else timezone.localdate(case.registered_at)


def draft_of_visit(visit: FieldVisit, case_ids: Collection[int]) -> tuple[str, str]:
    """Title and text to begin with, masked."""
    parts = [
        f"案由：{visit.reason}",
        f"下访时间：{visit.made_on:%Y年%-m月%-d日}" if visit.made_on else "",
        f"下访领导：{visit.title} {visit.leader.name}",
        f"协调过程：{visit.coordination}",
        f"形成意见：{visit.opinion}",
        f"化解情况：{visit.get_outcome_display()}。{visit.outcome_note}",
    ]
    return _masked(f"带案下访：{_short(visit.reason)}", parts, case_ids)


def draft_of_sponsorship(one: Sponsorship, case_ids: Collection[int]) -> tuple[str, str]:
    parts = [
        f"主要问题：{one.problem}",
        f"包案领导：{one.title} {one.leader.name}",
        f"化解方案：{one.plan}",
        f"结果：{one.get_outcome_display()}。{one.outcome_note}",
    ]
    return _masked(f"领导包案：{_short(one.name)}", parts, case_ids)


def draft_of_case(case: Case) -> tuple[str, str]:
    parts = [f"反映的主要问题：{case.summary or case.content}", "办理结果："]
    return _masked(f"事项办理结果：{_short(case.title)}", parts, [case.pk])


def _short(text: str) -> str:
    line = text.strip().splitlines()[0] if text.strip() else ""
    return line if len(line) <= 60 else f"{line[:59]}…"


def _masked(title: str, parts: list[str], case_ids: Collection[int]) -> tuple[str, str]:
    known = known_of(case_ids)
    return masked(title, known)[:120], masked("\n".join(part for part in parts if part), known)
