"""Who may not sit on the panel of a hearing, and why: of many people at once, in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from cases.models import Case, Petitioner, Recusal, Respondent
from hall.fields import blind_index
from hall.models import JournalEntry, User, ref_of, stream_of
from hearings.models import Hearing, HearingParty, PanelSeat, PoolMember
from staffing.models import Department, Engagement, LeaderReception, Posting

CONFLICTS: Mapping[str, str | Promise] = {
    "inactive": lazy("已停用"),
    "promise": lazy("没有签署保密承诺书"),
    "employer_handles": lazy("所在单位是承办单位"),
    "employer_took_part": lazy("所在单位参与过本事项的办理"),
    "employer_reviews": lazy("所在单位复查、复核本事项"),
    "employer_accused": lazy("所在单位被信访人反映"),
    "employer_kin": lazy("所在单位与办理或者被反映的单位有隶属关系"),
    "posted": lazy("在办理或者被反映的单位任职"),
    "handled": lazy("办理过本事项"),
    "party": lazy("是本事项的当事人或者参加人"),
    "same_name": lazy("与信访人或者被反映人同名"),
    "same_phone": lazy("与信访人电话相同"),
    "recused": lazy("已从本事项回避"),
    "left": lazy("已从本次听证回避或者更换"),
    "seated": lazy("已在本次听证中任职"),
    "busy": lazy("该时间已有其他会议或者接访"),
}
"""Every reason for which somebody is left out, as the protocol says it."""

HANDLES = frozenset(
    (
        "accept_case", "forward_case", "decline_case", "decline_closed_case", "receive_case", "object_to_referral",
        "dispute_case", "uphold_referral", "reroute_case", "involve_unit", "report_back", "record_work",
        "request_supplement", "receive_supplement", "simplify_case", "request_extension", "approve_extension",
        "refuse_extension", "transfer_claims", "divert_case", "split_case", "merge_case", "settle_case",
        "draft_opinion", "submit_opinion", "return_opinion", "countersign_opinion", "issue_opinion", "issue_review",
        "issue_reexamination", "order_redo", "give_instruction", "report_instruction", "return_instruction",
        "give_unit_opinion", "note_service", "record_field_visit", "conclude_field_visit", "take_charge",
    )
)  # fmt: skip
"""Acts in the journal of a case that make somebody one who handled it; to register or to serve a paper does not."""

Why = dict[int, list[str]]


def units_of(case: Case) -> dict[int, str]:
    """The units that have a hand in the matter or are complained of, each with the code of its reason; and those above
    or below them.
    """
    found: dict[int, str] = {}
    for pk in case.reviews.values_list("department", flat=True):
        found.setdefault(pk, "employer_reviews")
    if case.first_handler_id:
        found[case.first_handler_id] = "employer_handles"
    part = case.referrals.exclude(part="copy").values_list("department", flat=True)
    for pk in (*part, *case.opinions.values_list("department", flat=True)):
        found.setdefault(pk, "employer_took_part")
    for pk in case.respondents.exclude(department=None).values_list("department", flat=True):
        if pk is not None:
            found[pk] = "employer_accused"
    near = Department.objects.filter(Q(parent__in=found) | Q(children__in=found)).values_list("pk", flat=True)
    for pk in near:
        found.setdefault(pk, "employer_kin")
    return found


def pool_conflicts(hearing: Hearing, members: Collection[PoolMember], *, now: dt.datetime) -> Why:
    """Why each of them may not be drawn; who is missing in the answer may. Members come with their participant."""
    case, units, why = hearing.case, units_of(hearing.case), defaultdict[int, list[str]](list)
    users = {one.participant.user_id for one in members if one.participant.user_id}
    posted, handled, party = _posted(case, users, units, now), _handled(case, users), _parties(hearing)
    recused = set(Recusal.objects.filter(case=case).values_list("user", flat=True))
    names, phones = _people(case)
    seats = PanelSeat.objects.filter(hearing=hearing, member__isnull=False).values_list("member", "status")
    seated = {pk for pk, status in seats if status == "seated"}
    left = {pk for pk, status in seats if status != "seated"} - seated
    today = timezone.localdate(now)
    busy_users, busy_participants = _busy(hearing)
    for one in members:
        who, user_id = one.participant, one.participant.user_id
        marks = {
            "inactive": not (one.is_active and who.is_active),
            "promise": who.promised_on is None or who.promised_on > today,
            units.get(one.employer_id or 0, ""): one.employer_id in units,
            "posted": user_id in posted,
            "handled": user_id in handled,
            "party": user_id in party,
            "same_name": who.name.strip() in names,
            "same_phone": bool(one.phone) and blind_index(one.phone) in phones,
            "recused": user_id in recused,
            "left": one.pk in left,
            "seated": one.pk in seated,
            "busy": one.participant_id in busy_participants or user_id in busy_users,
        }
        if codes := [code for code, holds in marks.items() if holds]:
            why[one.pk] = codes
    return dict(why)


def staff_conflicts(hearing: Hearing, user_ids: Collection[int], *, role: str, now: dt.datetime) -> Why:
    """Why each of these staff may not preside or record: who presides has had no hand in the matter."""
    case, units, why = hearing.case, units_of(hearing.case), defaultdict[int, list[str]](list)
    posted, party = _posted(case, user_ids, units, now), _parties(hearing)
    handled = _handled(case, user_ids) if role == "presider" else set()
    recused = set(Recusal.objects.filter(case=case).values_list("user", flat=True))
    names, _phones = _people(case)
    same = set(User.objects.filter(pk__in=user_ids, name__in=names).values_list("pk", flat=True))
    seats = PanelSeat.objects.filter(hearing=hearing, user__isnull=False).values_list("user", "status")
    seated = {pk for pk, status in seats if status == "seated"}
    left = {pk for pk, status in seats if status != "seated"} - seated
    busy, _participants = _busy(hearing)
    for pk in user_ids:
        marks = {
            "posted": pk in posted, "handled": pk in handled, "party": pk in party, "same_name": pk in same,
            "recused": pk in recused, "left": pk in left, "seated": pk in seated, "busy": pk in busy,
        }  # fmt: skip
        if codes := [code for code, holds in marks.items() if holds]:
            why[pk] = codes
    return dict(why)


def _posted(case: Case, users: Collection[int], units: Mapping[int, str], now: dt.datetime) -> set[int]:
    """At a post of one of the units at any time since the matter came in."""
    posts = Posting.objects.filter(user__in=users, from_on__lte=timezone.localdate(now)).filter(
        Q(department__in=units) | Q(home_department__in=units)
    )
    return set(posts.exclude(until_on__lt=case.received_on).values_list("user", flat=True))


def _handled(case: Case, users: Collection[int]) -> set[int]:
    acts = JournalEntry.objects.filter(stream=stream_of(case), actor__in=users, verb__in=HANDLES)
    return {pk for pk in acts.values_list("actor", flat=True) if pk}


def _parties(hearing: Hearing) -> set[int]:
    """By account: whom the case complains of, and who takes part."""
    accused = Respondent.objects.filter(case=hearing.case_id, user__isnull=False).values_list(
        "user", flat=True
    )
    there = HearingParty.objects.filter(hearing=hearing, removed_at=None, user__isnull=False)
    return {pk for pk in (*accused, *there.values_list("user", flat=True)) if pk}


def _people(case: Case) -> tuple[set[str], set[bytes]]:
    """Names of petitioners and of whom they complain; keys of the petitioners' telephone numbers."""
    who = Petitioner.objects.filter(parties__case=case).values_list("name", "phone_index")
    names = {name.strip() for name, _phone in who}
    names |= {name.strip() for name in case.respondents.values_list("name", flat=True)}
    return names, {bytes(phone) for _name, phone in who if phone}


def _busy(hearing: Hearing) -> tuple[set[int], set[int]]:
    """Users and participants who are taken at the time that the hearing has; nobody while it has none."""
    if hearing.status != "scheduled" or hearing.starts_at is None or hearing.ends_at is None:
        return set(), set()
    over = {"starts_at__lt": hearing.ends_at, "ends_at__gt": hearing.starts_at}
    rows = (
        Engagement.objects.standing().filter(**over).exclude(ref=ref_of(hearing))
        .values_list("user", "participant")
    )  # fmt: skip
    receiving = LeaderReception.objects.exclude(status="cancelled").filter(**over)
    users = {user for user, _participant in rows if user} | set(receiving.values_list("leader", flat=True))
    return users, {participant for _user, participant in rows if participant}
